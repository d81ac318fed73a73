import { type StepWork, stepSec } from "./engine-step.ts";
import type { Replica } from "./replica.ts";

const known = new WeakMap<Replica, Map<string, number>>();

/**
 * Seconds of a step, each kind of step computed once: contexts, prompts and large batches are rounded to a sixteenth of
 * an octave, within which a step's time moves by less than any of its parts is known to.
 */
export function stepPrices(replica: Replica): (work: StepWork) => number {
  const prices = known.get(replica) ?? new Map<string, number>();
  known.set(replica, prices);
  return (work) => {
    const decodes = work.decodes < 64 ? work.decodes : rounded(work.decodes);
    const [context, promptTokens] = [rounded(work.context), rounded(work.promptTokens)];
    const promptLength = rounded(work.promptLength);
    const key = `${decodes},${context},${promptTokens},${promptLength}`;
    let sec = prices.get(key);
    if (sec === undefined) {
      sec = stepSec(replica, { decodes, context, promptTokens, promptLength });
      prices.set(key, sec);
    }
    return sec;
  };
}

function rounded(value: number): number {
  if (value < 32) return Math.round(value);
  const unit = 2 ** (Math.floor(Math.log2(value)) - 4);
  return Math.round(value / unit) * unit;
}

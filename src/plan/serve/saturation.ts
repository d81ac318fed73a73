import { stepSec } from "./engine-step.ts";
import { type Replica, tokensPerStep } from "./replica.ts";
import { type ServeMemory } from "./serve-memory.ts";
import { type BoundBy, evenly, type Served } from "./served.ts";

/**
 * A replica in steady state that always has requests waiting: as many sequences as fit run at once, and each step reads
 * enough prompts to replace the sequences that end.
 *
 * @source T = O · t_decode + B · t_prefill, X = B · O / T, with both in one step if the engine combines them
 */
export function saturated(replica: Replica, memory: ServeMemory, limit = Number.POSITIVE_INFINITY): Served {
  const { inputTokens, outputTokens } = replica.run;
  const running = Math.max(1, Math.min(memory.maxRunning, limit));
  const stepsSec = saturatedStepSec(replica, running);
  const value = tokensPerStep(replica);
  const alone = stepSec(replica, {
    decodes: 0,
    context: 0,
    promptTokens: inputTokens.mean * (1 - replica.run.prefixHitShare),
    promptLength: inputTokens.mean,
  });
  const outputPerSec = (value * running) / stepsSec;
  return evenly(
    { tpotSec: stepsSec / value, queueSec: 0, prefillSec: alone + stepsSec },
    {
      outputPerSec,
      requestsPerSec: outputPerSec / outputTokens.mean,
      running,
      boundBy: boundOf(replica, memory, running),
      isOverloaded: true,
    },
  );
}

/** The highest output whose mean time per token is within a limit. */
export function saturatedWithin(replica: Replica, memory: ServeMemory, tpotSec: number): Served {
  const value = tokensPerStep(replica);
  const isWithin = (running: number): boolean => saturatedStepSec(replica, running) / value <= tpotSec;
  let [low, high] = [1, memory.maxRunning];
  if (isWithin(high)) return saturated(replica, memory);
  for (let halving = 0; halving < 30; halving++) {
    const middle = Math.sqrt(low * high);
    if (isWithin(middle)) low = middle;
    else high = middle;
  }
  return { ...saturated(replica, memory, low), boundBy: "compute" };
}

/** Seconds in which each of `running` sequences gets a token, including the prompts of the requests that join. */
function saturatedStepSec(replica: Replica, running: number): number {
  const { run, facts, maxBatchedTokens } = replica;
  const [input, output] = [run.inputTokens.mean, run.outputTokens.mean];
  const context = input + output / 2;
  const prompts = (tokensPerStep(replica) * running * input * (1 - run.prefixHitShare)) / output;
  if (facts.prompts === "with decodes") {
    const steps = Math.max(1, (prompts + running) / maxBatchedTokens);
    const one = { decodes: running / steps, context, promptTokens: prompts / steps, promptLength: input };
    return steps * stepSec(replica, one);
  }
  const decode = stepSec(replica, { decodes: running, context, promptTokens: 0, promptLength: 1 });
  const full = { decodes: 0, context: 0, promptTokens: maxBatchedTokens, promptLength: input };
  return decode + (prompts / maxBatchedTokens) * stepSec(replica, full);
}

/**
 * A replica is limited by memory rather than by its GPUs if a tenth more sequences increases the output by more than
 * this factor.
 */
const WORTH_ROOM = 1.02;

function boundOf(replica: Replica, memory: ServeMemory, running: number): BoundBy {
  const rate = (sequences: number): number => sequences / saturatedStepSec(replica, sequences);
  if (rate(1.1 * running) < WORTH_ROOM * rate(running)) return "compute";
  return running < replica.maxRunning ? "kv" : "scheduler";
}

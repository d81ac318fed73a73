import { LIMITS } from "../../domain/limits.ts";
import type { LargestRun } from "../../domain/memory-advice.ts";
import { trainMemory, type TrainRun } from "../memory/memory.ts";

/** Sequences are looked for in steps of as many tokens. */
const STEP_TOKENS = 64;

/**
 * The most sequences per micro-step, and apart from it the longest sequence, that fit at p90 with all else as it is.
 * Memory never falls with either, so both are found by doubling and bisection.
 */
export function largestRun(run: TrainRun): LargestRun {
  const context = run.shape.context ?? LIMITS.sequenceTokens;
  const fits = (change: Partial<TrainRun["spec"]>): boolean =>
    trainMemory({ ...run, spec: { ...run.spec, ...change } }).fits === "yes";
  const batchSequences = largestThat((value) => fits({ batchSequences: value }), LIMITS.batchSequences);
  const steps = largestThat(
    (value) => fits({ sequenceTokens: value * STEP_TOKENS }),
    Math.floor(context / STEP_TOKENS),
  );
  return { batchSequences, sequenceTokens: steps === null ? null : steps * STEP_TOKENS };
}

/**
 * The largest whole number from 1 to a limit that holds; null where 1 does not. All below one that holds hold too.
 *
 * @param limit  at least 1
 */
export function largestThat(holds: (value: number) => boolean, limit: number): number | null {
  if (limit < 1 || !holds(1)) return null;
  let low = 1;
  while (low * 2 <= limit && holds(low * 2)) low *= 2;
  let high = Math.min(low * 2, limit + 1); // the first that is known, or taken, not to hold
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

import { LIMITS } from "../../domain/limits.ts";
import type { LargestRun } from "../../domain/memory-advice.ts";
import { trainMemory, type TrainRun } from "../memory/memory.ts";

/** Step of sequence lengths in the search, in tokens. */
const STEP_TOKENS = 64;

/**
 * The largest number of sequences per micro-step and, independently, the longest sequence that fit at p90, with
 * everything else unchanged. Memory never decreases with either, so both are found by doubling and bisection.
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
 * The largest integer from 1 to a limit that satisfies a monotone condition; null if 1 does not.
 *
 * @param limit  at least 1
 */
export function largestThat(holds: (value: number) => boolean, limit: number): number | null {
  if (limit < 1 || !holds(1)) return null;
  let low = 1;
  while (low * 2 <= limit && holds(low * 2)) low *= 2;
  let high = Math.min(low * 2, limit + 1); // the first integer that is known, or assumed, not to satisfy it
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

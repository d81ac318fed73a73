import type { TrainingFile } from "../../domain/training-job.ts";

/** Shortest sequence length that the ladder tries, tokens. */
const LEAST_TOKENS = 256;

/** A change to make after an attempt ran out of memory. */
export type LadderStep = { fields: Partial<TrainingFile>; what: string };

/**
 * The next change to try after a run ran out of GPU memory; undefined if nothing is left. Halving the sequences per
 * micro-step while doubling the micro-steps does not change the training; neither does recomputing activations. Shorter
 * sequences truncate the data, so they require `shortenOnOom` in the file.
 */
export function ladderStep(spec: TrainingFile): LadderStep | undefined {
  const { batchSequences, accumulationSteps, sequenceTokens, shortenOnOom } = spec;
  if (batchSequences > 1) {
    // an odd number cannot be halved without changing the batch size; one sequence at a time keeps it
    const half = batchSequences % 2 === 0 ? batchSequences / 2 : 1;
    const steps = (accumulationSteps * batchSequences) / half;
    return {
      fields: { batchSequences: half, accumulationSteps: steps },
      what: `micro-batch of ${half} instead of ${batchSequences}, ${steps} micro-steps`,
    };
  }
  if (!recomputes(spec)) return { fields: { recompute: true }, what: "gradient checkpointing on" };
  if (!shortenOnOom || sequenceTokens / 2 < LEAST_TOKENS) return undefined;
  const tokens = Math.floor(sequenceTokens / 2);
  return { fields: { sequenceTokens: tokens }, what: `sequences of ${tokens} instead of ${sequenceTokens} tokens` };
}

/** Whether gradient checkpointing is enabled: as set in the file; by default, on a GPU only. */
export function recomputes({ recompute, device }: Pick<TrainingFile, "recompute" | "device">): boolean {
  return recompute ?? device !== "cpu";
}

import type { TrainingFile } from "../../domain/training-job.ts";

/** Shortest sequence that the ladder tries, tokens. */
const LEAST_TOKENS = 256;

/** Change after an attempt that ran out of memory. */
export type LadderStep = { fields: Partial<TrainingFile>; what: string };

/**
 * The next thing to try after a run that ran out of GPU memory; undefined if nothing is left. Half the sequences of a
 * micro-step and twice the micro-steps leave the training as it is, and so does recomputing activations. Shorter
 * sequences cut the data: only a file that says `shortenOnOom` allows them.
 */
export function ladderStep(spec: TrainingFile): LadderStep | undefined {
  const { batchSequences, accumulationSteps, sequenceTokens, shortenOnOom } = spec;
  if (batchSequences > 1) {
    // an odd number cannot be halved without another batch: one sequence at a time keeps it
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

/** Whether gradient checkpointing on: as the file says; by default on a GPU. */
export function recomputes({ recompute, device }: Pick<TrainingFile, "recompute" | "device">): boolean {
  return recompute ?? device !== "cpu";
}

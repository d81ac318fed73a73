import { OBJECTIVES } from "../../domain/objective.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { type Layout, layoutOf, type Sharding, shardingOf } from "../layout/layout.ts";
import type { SpeedStack } from "./speed-stack.ts";

/** Distribution of one optimizer step over the GPUs. */
export type StepLayout = Layout & {
  /** Copies of the model that process different data. */
  data: number;
  sharding: Sharding;
  /** Micro-steps of one optimizer step. */
  microSteps: number;
  /** Tokens of one micro-step on one GPU; a share of a sequence under context parallelism. */
  microTokens: number;
  /** Tokens of one sequence in attention, including padding. */
  rowTokens: number;
  /** Trained tokens of one optimizer step over all GPUs; padding is computed but not counted. */
  stepTokens: number;
};

/** Information about the rows of a step and the division of stages. */
export type RowFacts = {
  rowTokens?: number | undefined;
  paddedTokens?: number | undefined;
  packedTokens?: number | undefined;
  /** Padding is counted as tokens of a step, as in the logs of some libraries. */
  countsPadding?: boolean | undefined;
  /** Model chunks per pipeline stage, if different from the library's usual number. */
  virtualStages?: number | undefined;
};

/**
 * Mean tokens of a padded row (prompt and answer) if not stated. An assumption, not a count: rows of public instruction
 * data contain about 100 (Alpaca) to 400 tokens. It changes T by a factor of two, which affects speed only if the host
 * or the optimizer is the bottleneck.
 */
const INSTRUCTION_TOKENS = 200;

/**
 * Spread of row lengths relative to their mean, for rows padded to the longest of their micro-batch: log-normal
 * lengths.
 */
const LENGTH_SPREAD = 0.6;

/** Expected maximum of n draws, in standard deviations above the mean; normal approximation (Blom 1958). */
function longestOf(n: number): number {
  return n <= 1 ? 0 : Math.sqrt(2 * Math.log(n)) * (n < 8 ? 0.62 : 0.75);
}

/**
 * Distributes a run over its GPUs: the GPUs that remain after tensor, pipeline and context groups process different
 * data.
 *
 * @param rows for padded rows: their mean tokens, 200 if unknown, and the tokens of a padded row, from the usual spread
 *   of lengths if unknown; for packed rows: tokens in a sequence, default: all
 */
export function stepLayout(spec: RunSpec, stack: SpeedStack, rows: RowFacts = {}): StepLayout {
  const layout = layoutOf(spec, rows.virtualStages);
  const { tensor, pipeline, context } = layout;
  const data = Math.max(1, Math.floor(spec.gpuCount / (tensor * pipeline * context)));
  const sequences = spec.batchSequences * OBJECTIVES[spec.objective].sequencesPerRow;
  const isSampled = OBJECTIVES[spec.objective].row === "prompt";
  const isPacked = spec.packing && !isSampled;
  const usual = spec.packing ? spec.sequenceTokens : INSTRUCTION_TOKENS;
  // Packed rows fill a sequence regardless of their own length; sampled answers do not fill it.
  const mean = Math.min(spec.sequenceTokens, (isPacked ? rows.packedTokens : rows.rowTokens) ?? usual);
  const padded = rows.paddedTokens ?? mean * (1 + LENGTH_SPREAD * longestOf(sequences));
  const row = isPacked ? spec.sequenceTokens : spec.packing ? mean : Math.min(spec.sequenceTokens, padded);
  // torchtitan splits its local batch into micro-steps of one row if layers are pipelined.
  const cut = stack === "torchtitan" && pipeline > 1 ? spec.batchSequences : 1;
  // An object literal that begins with a spread and adds to it takes sixty times as long.
  return {
    data,
    sharding: shardingOf(spec),
    microSteps: spec.gradAccum * cut,
    microTokens: (sequences * row) / cut / context,
    rowTokens: row,
    stepTokens: sequences * (rows.countsPadding === true ? row : mean) * spec.gradAccum * data,
    ...layout,
  };
}

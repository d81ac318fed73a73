/**
 * Bounds on the values in a plan: far above the largest published runs, so that larger values are typing errors. They
 * also keep all products within the range of numbers.
 *
 * @source largest published values: 16,384 GPUs and 16M tokens per step (Llama 3 report, arXiv:2407.21783); contexts of
 * 10M tokens (Llama 4 Scout); corpora of tens of trillions of tokens
 */
export const LIMITS = {
  /** Rows, pairs or documents of a dataset. */
  rows: 1e12,
  /** Tokens in a sequence, a row or an answer. */
  sequenceTokens: 16_000_000,
  /** Tokens in a corpus, or served per month. */
  tokens: 1e18,
  epochs: { least: 0.01, most: 1000 },
  gpus: 100_000,
  batchSequences: 100_000,
  gradAccum: 1_000_000,
  /** Answers that GRPO samples per prompt. */
  groupSize: 100_000,
  runs: 100_000,
  /** Wall hours of one run: more than eleven years. */
  hours: 100_000,
} as const;

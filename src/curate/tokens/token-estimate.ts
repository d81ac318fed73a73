import type { SampledRow } from "../rows/row-sample.ts";

/** Tokens of a file, estimated from a sample of its rows. */
export type TokenEstimate = {
  /** Tokens per character in the sample, including template tokens. */
  tokensPerCharacter: number;
  total: number;
  /** 95 % confidence interval of the total, from sampling alone. */
  low: number;
  high: number;
};

/**
 * Ratio estimator of the total of all rows. The characters of every row are known exactly and tokens follow them
 * closely. The total of characters times the tokens per character of the sample is therefore far more precise than the
 * mean tokens times the rows.
 *
 * @param sample a simple random sample without replacement, each row with its tokens
 * @param population all valid rows: their number, and their total characters
 * @source Cochran, Sampling Techniques, 3rd ed. 1977, section 6.4: v = N²(1-f)/n · Σ(t - R·c)²/(n-1)
 * @accuracy bias of the order 1/n; the interval is normal, which 100 rows or more justify
 */
export function estimateTokens(
  sample: readonly (Pick<SampledRow, "characters"> & { tokens: number })[],
  population: { rows: number; characters: number },
): TokenEstimate {
  const sampleTokens = sample.reduce((sum, { tokens }) => sum + tokens, 0);
  const sampleCharacters = sample.reduce((sum, { characters }) => sum + characters, 0);
  const tokensPerCharacter = sampleTokens / sampleCharacters;
  const total = tokensPerCharacter * population.characters;
  const n = sample.length;
  if (n >= population.rows) return { tokensPerCharacter, total: sampleTokens, low: sampleTokens, high: sampleTokens };
  if (n < 2) return { tokensPerCharacter, total, low: 0, high: total * 2 };
  const squares = sample.reduce(
    (sum, { tokens, characters }) => sum + (tokens - tokensPerCharacter * characters) ** 2,
    0,
  );
  const variance = (population.rows ** 2 * (1 - n / population.rows) * squares) / (n * (n - 1));
  const half = 1.96 * Math.sqrt(variance);
  return { tokensPerCharacter, total, low: Math.max(0, total - half), high: total + half };
}

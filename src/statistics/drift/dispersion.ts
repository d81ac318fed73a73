import type { SeriesBatch } from "./window-contrast.ts";

/** Scatter of the batches of a reference, compared with the standard errors expected from their rows. */
export interface Dispersion {
  /** Factor on the variance of each series, at least 1, for the scatter of batches beyond that of their rows. */
  readonly factors: readonly number[];
  /** Correlation of neighbouring batches, 0 to 0.8, over all series together. */
  readonly correlation: number;
  /** Ratio of observed to expected scatter of each series; null if the series has no variance. */
  readonly observed: readonly (number | null)[];
}

/** Normal quantile above which scatter counts as more than chance, for all series together. */
const POOLED_GATE = 2.1;

/** Normal quantile above which the scatter of one series counts as more than chance. */
const SERIES_GATE = 2.9;

/** Number of batches as which the pooled scatter counts relative to the batches of the series itself. */
const POOLED_WEIGHT = 14;

/** Upper limit of one series' ratio in the pooled scatter, so that one noisy series does not mask the others. */
const MOST_RATIO = 3;

/** Factor on a scatter that was found to be too large, because it is estimated from few batches. */
const MARGIN = 1.25;

const MOST_CORRELATION = 0.8;

/**
 * Compares the batches of references with each other (an A/A comparison): over-dispersion and autocorrelation. One
 * reference of 8 batches says little about either, so all series are pooled. Over-dispersion counts if it exceeds
 * chance; the correlation is corrected for the bias of short series.
 *
 * @param references batches of each series, oldest first
 * @source Kendall 1954, "Note on bias in the estimation of autocorrelation": E[r] = ρ - (1 + 4ρ) / n
 */
export function dispersion(references: readonly (readonly SeriesBatch[])[]): Dispersion {
  const observed = references.map(scatter);
  const usable = observed.filter((entry) => entry !== null);
  const freedom = usable.reduce((sum, { freedom }) => sum + freedom, 0);
  const pooled =
    usable.reduce((sum, scatter) => sum + Math.min(MOST_RATIO, scatter.ratio) * scatter.freedom, 0) /
    Math.max(1, freedom);
  const isPooledHigh = freedom > 0 && pooled > 1 + POOLED_GATE * Math.sqrt(2 / freedom);
  const factors = observed.map((entry) => {
    if (entry === null) return 1;
    if (isPooledHigh) {
      const shrunk = (POOLED_WEIGHT * pooled + entry.freedom * entry.ratio) / (POOLED_WEIGHT + entry.freedom);
      return MARGIN * Math.max(1, shrunk);
    }
    return entry.ratio > 1 + SERIES_GATE * Math.sqrt(2 / entry.freedom) ? MARGIN * entry.ratio : 1;
  });
  return { factors, correlation: pooledCorrelation(usable), observed: observed.map((entry) => entry?.ratio ?? null) };
}

type Scatter = { ratio: number; freedom: number; products: number; squares: number };

function scatter(batches: readonly SeriesBatch[]): Scatter | null {
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const perRow = batches.reduce((sum, batch) => sum + batch.rows ** 2 * batch.standardError ** 2, 0) / rows;
  if (batches.length < 3 || !(perRow > 0)) return null;
  const mean = batches.reduce((sum, batch) => sum + batch.rows * batch.mean, 0) / rows;
  // The standard error expected for a batch of this size: its own is an estimate too, and may be far too small.
  const residuals = batches.map((batch) => (batch.mean - mean) * Math.sqrt(batch.rows / perRow));
  let products = 0;
  for (let i = 1; i < residuals.length; i++) {
    if (batches[i]!.index - batches[i - 1]!.index === 1) products += residuals[i]! * residuals[i - 1]!;
  }
  const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  return { ratio: squares / (batches.length - 1), freedom: batches.length - 1, products, squares };
}

/** Correlation over all series together. Outliers are capped, so that none is decisive alone. */
function pooledCorrelation(scatters: readonly Scatter[]): number {
  const sums = { products: 0, squares: 0, batches: 0 };
  for (const { ratio, freedom, products, squares } of scatters) {
    const weight = Math.min(1, MOST_RATIO / ratio);
    sums.products += weight * products;
    sums.squares += weight * squares;
    sums.batches += (freedom + 1) / scatters.length;
  }
  if (!(sums.squares > 0) || sums.batches <= 5) return 0;
  const corrected = (sums.products / sums.squares + 1 / sums.batches) / (1 - 4 / sums.batches);
  return Math.min(MOST_CORRELATION, Math.max(0, corrected));
}

/**
 * Quantile of sorted numbers with linear interpolation between order statistics (Hyndman and Fan type 7, the default
 * of R and NumPy). NaN for no numbers.
 */
export function quantileSorted(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (position - below);
}

/** p10, p50 and p90 of numbers in any order; the input is not changed. */
export function spread(values: Iterable<number>): { p10: number; p50: number; p90: number } {
  const sorted = (values instanceof Float64Array ? values : Float64Array.from(values)).toSorted();
  return { p10: quantileSorted(sorted, 0.1), p50: quantileSorted(sorted, 0.5), p90: quantileSorted(sorted, 0.9) };
}

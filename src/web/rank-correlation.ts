/**
 * Rank correlation of two series (Spearman's rho) over the places where both have a value, with the number of these;
 * undefined below three, or where one of them does not vary.
 *
 * @source Spearman 1904: Pearson's correlation of ranks; equal values share the mean of their ranks
 */
export function rankCorrelation(
  first: readonly (number | undefined)[],
  second: readonly (number | undefined)[],
): { rho: number; count: number } | undefined {
  const pairs = first.flatMap((a, place): [number, number][] => {
    const b = second[place];
    return a === undefined || b === undefined ? [] : [[a, b]];
  });
  if (pairs.length < 3) return undefined;
  const [x, y] = [ranks(pairs.map(([a]) => a)), ranks(pairs.map(([, b]) => b))];
  const middle = (pairs.length + 1) / 2;
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, place) => sum + (value - middle) * (b[place]! - middle), 0);
  const spread = Math.sqrt(product(x, x) * product(y, y));
  return spread === 0 ? undefined : { rho: product(x, y) / spread, count: pairs.length };
}

/** Ranks from 1; equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}

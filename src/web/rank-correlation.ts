import { spearman } from "../statistics/rank.ts";

/**
 * Spearman's rank correlation of two series over the places where both have a value, with the number of these;
 * undefined below three, or where one of them does not vary.
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
  const { value } = spearman(
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
  );
  return value === null ? undefined : { rho: value, count: pairs.length };
}

/**
 * Holm's adjusted p values: the probability of any false finding stays below the level.
 *
 * @returns adjusted values in the order given
 * @source Holm 1979, "A simple sequentially rejective multiple test procedure"
 */
export function holm(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = Array.from(pValues, () => 0);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, pValues[index]! * (pValues.length - rank)));
    adjusted[index] = highest;
  });
  return adjusted;
}

/**
 * Benjamini and Hochberg's adjusted p values: the expected share of false findings among all findings stays below the
 * level, if the tests are independent or positively dependent.
 *
 * @returns adjusted values in the order given
 * @source Benjamini and Hochberg 1995, "Controlling the false discovery rate"
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = Array.from(pValues, () => 0);
  let lowest = 1;
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const index = order[rank]!;
    lowest = Math.min(lowest, (pValues[index]! * pValues.length) / (rank + 1));
    adjusted[index] = lowest;
  }
  return adjusted;
}

function ascending(values: readonly number[]): number[] {
  return Array.from(values.keys()).toSorted((a, b) => values[a]! - values[b]!);
}

/**
 * Quantile of sorted numbers with linear interpolation between order statistics (Hyndman and Fan type 7, the default of
 * R and NumPy). NaN for an empty list.
 */
export function quantileSorted(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (position - below);
}

/** The probabilities of a range, ascending. */
const RANGE = [0.1, 0.5, 0.9];

/**
 * p10, p50 and p90 of unsorted numbers. The input is not changed. Only the required order statistics are selected,
 * which for 10,000 draws takes a third of the time of sorting.
 */
export function spread(values: Iterable<number>): { p10: number; p50: number; p90: number } {
  const numbers = Float64Array.from(values);
  if (numbers.some(Number.isNaN)) numbers.sort();
  else {
    let from = 0;
    for (const probability of RANGE) {
      const below = Math.floor((numbers.length - 1) * probability);
      putInPlace(numbers, below, from);
      putInPlace(numbers, below + 1, below + 1);
      from = below + 1;
    }
  }
  const [p10, p50, p90] = RANGE.map((probability) => quantileSorted(numbers, probability));
  return { p10: p10!, p50: p50!, p90: p90! };
}

/**
 * Partially sorts so that the number at `place` is the one that sorting would put there, with no larger number before
 * it and no smaller one after it. The numbers before `from` must already be no larger. Falls back to sorting for bad
 * pivots.
 *
 * @source Hoare 1961, "Algorithm 65: Find", Communications of the ACM 4(7)
 */
function putInPlace(numbers: Float64Array, place: number, from: number): void {
  let [low, high] = [from, numbers.length - 1];
  for (let rounds = 4 * Math.ceil(Math.log2(numbers.length + 1)); low < high; rounds--) {
    if (rounds === 0) {
      numbers.subarray(low, high + 1).sort();
      return;
    }
    const [smaller, larger] = partition(numbers, low, high);
    if (place <= smaller) high = smaller;
    else if (place >= larger) low = larger;
    else return;
  }
}

/**
 * Partitions numbers by a middle pivot: before the first returned index no number is larger than the pivot, and from
 * the second on none is smaller.
 */
function partition(numbers: Float64Array, low: number, high: number): [smaller: number, larger: number] {
  const pivot = numbers[(low + high) >> 1]!;
  while (low <= high) {
    while (numbers[low]! < pivot) low += 1;
    while (numbers[high]! > pivot) high -= 1;
    if (low > high) break;
    const held = numbers[low]!;
    numbers[low] = numbers[high]!;
    numbers[high] = held;
    low += 1;
    high -= 1;
  }
  return [high, low];
}

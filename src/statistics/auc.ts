import { Z95 } from "./distributions.ts";
import type { Interval } from "./interval.ts";

/**
 * Area under the ROC curve of two samples, with its interval: the probability that a value of the first sample is
 * larger, with ties counting one half.
 *
 * @source DeLong, DeLong and Clarke-Pearson 1988, "Comparing the areas under two or more correlated ROC curves"
 * @param positives  at least 2
 * @param negatives  at least 2
 */
export function areaUnderRoc(
  positives: readonly number[],
  negatives: readonly number[],
): { auc: number; ci95: Interval } {
  const above = shareBelow(positives, negatives);
  const below = shareBelow(negatives, positives).map((share) => 1 - share);
  const auc = mean(above);
  const error = Math.sqrt(variance(above) / above.length + variance(below) / below.length);
  return { auc, ci95: { low: Math.max(0, auc - Z95 * error), high: Math.min(1, auc + Z95 * error) } };
}

/** For each value, the share of the other sample that is below it, with ties counting one half. */
function shareBelow(values: readonly number[], others: readonly number[]): number[] {
  const sorted = others.toSorted((a, b) => a - b);
  return values.map((value) => (firstAtLeast(sorted, value) + firstAbove(sorted, value)) / 2 / sorted.length);
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  return search(sorted, (other) => other >= value);
}

function firstAbove(sorted: readonly number[], value: number): number {
  return search(sorted, (other) => other > value);
}

function search(sorted: readonly number[], isAfter: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAfter(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

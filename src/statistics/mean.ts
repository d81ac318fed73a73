import { studentQuantile } from "./distributions.ts";
import { type Interval, wilson } from "./interval.ts";

/** Mean of numbers; NaN for an empty list. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Sample variance. @param correction  1 divides by n - 1, 0 by n */
export function variance(values: ArrayLike<number>, correction = 1): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2;
  return sum / (values.length - correction);
}

/** Sample covariance of two lists of equal length. @param correction  1 divides by n - 1, 0 by n */
export function covariance(first: ArrayLike<number>, second: ArrayLike<number>, correction = 1): number {
  const a = mean(first);
  const b = mean(second);
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += (first[i]! - a) * (second[i]! - b);
  return sum / (first.length - correction);
}

/** Standard error of a mean by the central limit theorem, for independent items. */
export function meanStandardError(values: ArrayLike<number>): number {
  return Math.sqrt(variance(values) / values.length);
}

/**
 * Standard error of a mean whose items come in clusters (questions on one passage, requests of one user).
 *
 * @param clusters      the cluster of each value
 * @param smallSample   multiply the variance by C / (C - 1), as Inspect does; the paper does not
 * @source Miller 2024, "Adding error bars to evals", arXiv:2411.00640, section 2.2
 */
export function clusteredStandardError(
  values: readonly number[],
  clusters: readonly (string | number)[],
  smallSample = true,
): number {
  const centre = mean(values);
  const sums = new Map<string | number, number>();
  values.forEach((value, i) => sums.set(clusters[i]!, (sums.get(clusters[i]!) ?? 0) + value - centre));
  let total = 0;
  for (const sum of sums.values()) total += sum * sum;
  const count = sums.size;
  if (count < 2) return Number.NaN;
  const factor = smallSample ? count / (count - 1) : 1;
  return Math.sqrt(total * factor) / values.length;
}

/**
 * Number of independent items that would give a mean the same standard error as its clusters do, at most the number of
 * items. If all values are equal or in one cluster, nothing is known about the dependence: then the items of a cluster
 * count as copies.
 *
 * @source Kish 1965, "Survey Sampling": the design effect; Franco, Little, Louis and Slud 2019, Journal of Survey
 *   Statistics and Methodology 7:334-364, for score intervals over that number of items
 */
export function effectiveCount(values: readonly number[], clusters: readonly (string | number)[]): number {
  const n = values.length;
  const spread = variance(values);
  const error = clusteredStandardError(values, clusters);
  if (spread > 0 && !Number.isNaN(error)) return Math.min(n, spread / error ** 2);
  const sizes = new Map<string | number, number>();
  for (const cluster of clusters) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  return n ** 2 / [...sizes.values()].reduce((sum, size) => sum + size ** 2, 0);
}

/**
 * 95 % interval of a mean by Student's t.
 *
 * @param count  number of independent items or clusters; the degrees of freedom are count - 1
 */
export function meanInterval(estimate: number, standardError: number, count: number): Interval {
  const half = studentQuantile(0.975, count - 1) * standardError;
  return { low: estimate - half, high: estimate + half };
}

/**
 * 95 % interval of a mean within bounds if all values are the same: as many of `count` others as Wilson's interval of 0
 * of `count` allows could be at either bound. Their standard error of 0 says nothing about those that were not drawn.
 */
export function sharedValueInterval(value: number, count: number, bounds: Interval): Interval {
  const t = studentQuantile(0.975, count - 1);
  const others = t ** 2 / (count + t ** 2);
  return { low: value - others * (value - bounds.low), high: value + others * (bounds.high - value) };
}

/**
 * Wilson's interval of a share of ones among values that come in clusters, over the effective number of items and with
 * the t of the clusters. Null for fewer than two clusters.
 */
export function clusteredWilson(values: readonly number[], clusters: readonly (string | number)[]): Interval | null {
  const count = new Set(clusters).size;
  if (count < 2) return null;
  const n = effectiveCount(values, clusters);
  const ones = values.filter((value) => value === 1).length;
  const { low, high } = wilson((n * ones) / values.length, n, studentQuantile(0.975, count - 1));
  return { low: ones === 0 ? 0 : low, high: ones === values.length ? 1 : high };
}

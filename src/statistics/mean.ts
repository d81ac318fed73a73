import { studentQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";

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
 * 95 % interval of a mean by Student's t.
 *
 * @param count  number of independent items or clusters; the degrees of freedom are count - 1
 */
export function meanInterval(estimate: number, standardError: number, count: number): Interval {
  const half = studentQuantile(0.975, count - 1) * standardError;
  return { low: estimate - half, high: estimate + half };
}

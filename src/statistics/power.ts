import { normalQuantile } from "../base/normal-quantile.ts";

/** The two error rates of a planned test. */
export interface TestErrors {
  /** Two-sided level; default: 0.05. */
  readonly alpha?: number;
  /** Probability of finding a real difference; default: 0.8. */
  readonly power?: number;
}

/** z of the level plus z of the power: the number of standard errors that a detectable difference spans. */
export function zSum({ alpha = 0.05, power = 0.8 }: TestErrors = {}): number {
  return normalQuantile(1 - alpha / 2) + normalQuantile(power);
}

/** Smallest difference that a test can detect, given the standard error of the difference. */
export function detectableDifference(standardError: number, errors: TestErrors = {}): number {
  return zSum(errors) * standardError;
}

/**
 * Smallest paired difference that n items can detect if both systems are right with probability p.
 *
 * @param correlation  of the two scores over the items
 */
export function detectablePairedDifference(
  n: number,
  { p, correlation, ...errors }: { p: number; correlation: number } & TestErrors,
): number {
  return detectableDifference(Math.sqrt((2 * p * (1 - p) * (1 - correlation)) / n), errors);
}

/**
 * Number of items needed to detect a paired difference, not rounded.
 *
 * @param differenceVariance  variance of the paired item differences, including sampling noise
 * @source Miller 2024, arXiv:2411.00640, section 5
 */
export function itemsToDetect(difference: number, differenceVariance: number, errors: TestErrors = {}): number {
  return (zSum(errors) ** 2 * differenceVariance) / difference ** 2;
}

/**
 * Number of items that McNemar's test needs, not rounded.
 *
 * @param discordant share of items on which exactly one system is right
 * @param difference share gained; its absolute value is at most `discordant`
 * @source Connor 1987, "Sample size for testing differences in proportions for the paired-sample design"
 */
export function mcnemarItems(
  discordant: number,
  difference: number,
  { alpha = 0.05, power = 0.8 }: TestErrors = {},
): number {
  const level = normalQuantile(1 - alpha / 2) * Math.sqrt(discordant);
  const chance = normalQuantile(power) * Math.sqrt(discordant - difference ** 2);
  return (level + chance) ** 2 / difference ** 2;
}

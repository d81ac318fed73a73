import type { Random } from "../base/random.ts";
import { binomialCdf, binomialPoint, chiSquareTail } from "./distributions.ts";
import { covariance, mean, variance } from "./mean.ts";

/** Two systems scored on the same items. */
export interface PairedDifference {
  /** Mean of first minus second. */
  readonly difference: number;
  /** Standard error of the difference, computed from the pairs. */
  readonly standardError: number;
  /** Standard error if the items were not paired, for comparison. */
  readonly unpairedStandardError: number;
  /** Correlation of the two scores over the items; null if one of them is constant. */
  readonly correlation: number | null;
  readonly n: number;
}

/**
 * Mean paired difference of two lists of scores for the same items in the same order.
 *
 * @source Miller 2024, arXiv:2411.00640, section 4
 */
export function pairedDifference(first: readonly number[], second: readonly number[]): PairedDifference {
  const n = first.length;
  const differences = first.map((value, i) => value - second[i]!);
  const spread = Math.sqrt(variance(first) * variance(second));
  return {
    difference: mean(differences),
    standardError: Math.sqrt(variance(differences) / n),
    unpairedStandardError: Math.sqrt(variance(first) / n + variance(second) / n),
    correlation: spread > 0 ? covariance(first, second) / spread : null,
    n,
  };
}

/**
 * Two-sided p of the sign-flip test: without a difference, each paired difference could have either sign. Exact for up
 * to 20 non-zero differences; otherwise by `draws` random flips, with (1 + hits) / (1 + draws).
 */
export function signFlip(differences: readonly number[], random: Random, draws = 10_000): number {
  const values = differences.filter((value) => value !== 0);
  const observed = Math.abs(values.reduce((sum, value) => sum + value, 0)) * (1 - 1e-12);
  if (values.length <= 20) {
    const total = 2 ** values.length;
    let hits = 0;
    for (let mask = 0; mask < total; mask++) {
      const sum = values.reduce((s, value, i) => s + (mask & (1 << i) ? -value : value), 0);
      if (Math.abs(sum) >= observed) hits++;
    }
    return hits / total;
  }
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (const value of values) sum += random() < 0.5 ? value : -value;
    if (Math.abs(sum) >= observed) hits++;
  }
  return (1 + hits) / (1 + draws);
}

/** McNemar's tests over the pairs on which exactly one of two systems is right. */
export interface McNemar {
  readonly exactP: number;
  readonly midP: number;
  readonly chiSquare: number;
  readonly chiSquareP: number;
  readonly correctedChiSquare: number;
  readonly correctedP: number;
}

/**
 * @param onlyFirst   items that only the first system gets right
 * @param onlySecond  items that only the second system gets right
 * @source McNemar 1947; mid-p as in Fagerland, Lydersen and Laake 2013
 */
export function mcnemar(onlyFirst: number, onlySecond: number): McNemar {
  const n = onlyFirst + onlySecond;
  if (n === 0) return { exactP: 1, midP: 1, chiSquare: 0, chiSquareP: 1, correctedChiSquare: 0, correctedP: 1 };
  const fewer = Math.min(onlyFirst, onlySecond);
  const tail = binomialCdf(fewer, n, 0.5);
  const exactP = Math.min(1, 2 * tail);
  const midP = onlyFirst === onlySecond ? 1 : 2 * tail - binomialPoint(fewer, n, 0.5);
  const gap = Math.abs(onlyFirst - onlySecond);
  const chiSquare = (gap * gap) / n;
  const correctedChiSquare = (gap - 1) ** 2 / n;
  return {
    exactP,
    midP,
    chiSquare,
    chiSquareP: chiSquareTail(chiSquare, 1),
    correctedChiSquare,
    correctedP: chiSquareTail(correctedChiSquare, 1),
  };
}

import { Z95 } from "./distributions.ts";
import { around, type Interval } from "./interval.ts";
import { covariance, mean, variance } from "./mean.ts";

/** An estimate with its standard error and 95 % interval. */
export interface Estimate {
  readonly estimate: number;
  readonly standardError: number;
  readonly interval: Interval;
}

/** Labels by people and by a judge for the same items, and the judge's labels for the other items. */
export interface PredictionPoweredInput {
  /** People's labels for the labelled items. */
  readonly labels: readonly number[];
  /** The judge's labels for the same items, in the same order. */
  readonly judged: readonly number[];
  /** The judge's labels for the items without a human label. */
  readonly unlabelled: readonly number[];
  /** Cluster of each item (a passage, a customer), if items depend on each other; labelled items come first. */
  readonly clusters?: readonly (string | number)[] | undefined;
}

/**
 * Mean of people's labels over all items, using a judge's labels only as far as they help (PPI++). Valid if the
 * labelled items are a random sample of all items; unbiased regardless of the judge's errors. With clusters, the
 * deviations of a cluster are summed before they are squared, labelled and unlabelled items together, and the variance
 * is multiplied by C / (C - 1), as in `clusteredStandardError`; if every item is a cluster, that factor is the only
 * difference.
 *
 * @param lambda weight of the judge; default: the one that makes the interval shortest, clipped to 0 to 1
 * @source Angelopoulos, Duchi and Zrnic 2023, "PPI++", arXiv:2311.01453
 */
export function predictionPoweredMean(
  { labels, judged, unlabelled, clusters }: PredictionPoweredInput,
  lambda?: number,
): Estimate & { lambda: number } {
  const n = labels.length;
  const N = unlabelled.length;
  const weight = N === 0 ? 0 : (lambda ?? bestWeight({ labels, judged, unlabelled }));
  const fromJudge = N === 0 ? 0 : weight * mean(unlabelled); // the mean of an empty list is NaN
  const corrections = labels.map((label, i) => label - weight * judged[i]!);
  const estimate = fromJudge + mean(corrections);
  const standardError =
    clusters === undefined
      ? Math.sqrt((N === 0 ? 0 : (weight ** 2 * variance(unlabelled, 0)) / N) + variance(corrections, 0) / n)
      : clusteredError({ corrections, unlabelled: unlabelled.map((value) => weight * value), clusters });
  return { lambda: weight, estimate, standardError, interval: around(estimate, standardError) };
}

function clusteredError({
  corrections,
  unlabelled,
  clusters,
}: {
  corrections: readonly number[];
  unlabelled: readonly number[];
  clusters: readonly (string | number)[];
}): number {
  const sums = new Map<string | number, number>();
  const add = (values: readonly number[], first: number): void => {
    const centre = mean(values);
    for (const [i, value] of values.entries()) {
      const cluster = clusters[first + i]!;
      sums.set(cluster, (sums.get(cluster) ?? 0) + (value - centre) / values.length);
    }
  };
  add(corrections, 0);
  add(unlabelled, corrections.length);
  if (sums.size < 2) return Number.NaN;
  const total = [...sums.values()].reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt((total * sums.size) / (sums.size - 1));
}

function bestWeight({ labels, judged, unlabelled }: PredictionPoweredInput): number {
  const spread = variance([...judged, ...unlabelled]);
  if (!(spread > 0)) return 0;
  const raw = covariance(labels, judged, 0) / ((1 + labels.length / unlabelled.length) * spread);
  return Math.max(0, Math.min(1, raw));
}

/** A judge's error rates, measured on items other than those scored. */
export interface JudgeAccuracy {
  /** Share of false items that the judge labels false (specificity), over m0 items. */
  readonly specificity: number;
  readonly negatives: number;
  /** Share of true items that the judge labels true (sensitivity), over m1 items. */
  readonly sensitivity: number;
  readonly positives: number;
}

/**
 * True rate behind a judge's rate, if the judge's errors were measured elsewhere; clipped to 0 to 1.
 *
 * @param rate  share of n items that the judge labels true
 * @returns null if the judge is no better than chance (sensitivity + specificity <= 1)
 * @source Rogan and Gladen 1978; interval of Lee et al. 2025, arXiv:2511.21140
 */
export function roganGladen(rate: number, n: number, accuracy: JudgeAccuracy): Omit<Estimate, "standardError"> | null {
  const { specificity: q0, sensitivity: q1, negatives: m0, positives: m1 } = accuracy;
  if (q0 + q1 <= 1) return null;
  const z2 = Z95 * Z95;
  const clip = (x: number): number => Math.max(0, Math.min(1, x));
  const estimate = clip((rate + q0 - 1) / (q0 + q1 - 1));
  const p = (n * rate + z2 / 2) / (n + z2);
  const s0 = (m0 * q0 + 1) / (m0 + 2);
  const s1 = (m1 * q1 + 1) / (m1 + 2);
  const slope = s0 + s1 - 1;
  const centre = (p + s0 - 1) / slope;
  const shift = 2 * z2 * ((-(1 - centre) * s0 * (1 - s0)) / (m0 + 2) + (centre * s1 * (1 - s1)) / (m1 + 2));
  const spread =
    (p * (1 - p)) / (n + z2) +
    ((1 - centre) ** 2 * s0 * (1 - s0)) / (m0 + 2) +
    (centre ** 2 * s1 * (1 - s1)) / (m1 + 2);
  const half = (Z95 * Math.sqrt(spread)) / slope;
  return { estimate, interval: { low: clip(centre + shift - half), high: clip(centre + shift + half) } };
}

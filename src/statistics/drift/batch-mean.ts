import type { SeriesBatch } from "./window-contrast.ts";

/** One measured row: its value, its cluster, and its stratum of time. */
export interface Observation {
  readonly value: number;
  /** Rows of one cluster (a user, a conversation) are not independent. */
  readonly cluster: string;
  /** Stratum, such as the weekday. Rows are compared with rows of the same stratum. */
  readonly stratum: number;
}

/** Expected value of each stratum. */
export type StratumMeans = ReadonlyMap<number, number>;

/** Minimum number of rows for a stratum to have a mean of its own. */
const FEWEST_ROWS = 30;

/**
 * Mean of a batch of rows with the standard error over its clusters. If `expected` is given, each value is replaced by
 * its difference from the expected value of its stratum.
 *
 * @source Liang and Zeger 1986, with the factor C / (C - 1) for C clusters
 */
export function batchMean(index: number, rows: readonly Observation[], expected?: StratumMeans): SeriesBatch {
  const values = rows.map(({ value, stratum }) => value - (expected?.get(stratum) ?? 0));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sums = new Map<string, number>();
  rows.forEach(({ cluster }, i) => sums.set(cluster, (sums.get(cluster) ?? 0) + values[i]! - mean));
  let squares = 0;
  for (const sum of sums.values()) squares += sum * sum;
  const clusters = sums.size;
  const variance = clusters < 2 ? 0 : (squares / rows.length ** 2) * (clusters / (clusters - 1));
  return { index, rows: rows.length, mean, standardError: Math.sqrt(variance) };
}

/** Mean of each stratum of a reference. A stratum with fewer than 30 rows gets the mean of all rows. */
export function stratumMeans(rows: readonly Observation[]): StratumMeans {
  const sums = new Map<number, { sum: number; rows: number }>();
  for (const { stratum, value } of rows) {
    const known = sums.get(stratum) ?? { sum: 0, rows: 0 };
    sums.set(stratum, { sum: known.sum + value, rows: known.rows + 1 });
  }
  const all = rows.reduce((sum, { value }) => sum + value, 0) / rows.length;
  const means = new Map<number, number>();
  for (const [stratum, { sum, rows: count }] of sums) means.set(stratum, count < FEWEST_ROWS ? all : sum / count);
  return means;
}

/** Shares of rows by stratum. */
export function stratumShares(rows: Iterable<{ readonly stratum: number }>): Map<number, number> {
  const counts = new Map<number, number>();
  let total = 0;
  for (const { stratum } of rows) {
    counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
    total++;
  }
  for (const [stratum, count] of counts) counts.set(stratum, count / total);
  return counts;
}

/**
 * Factor by which the error of a reference grows for a window with a different mix of strata: the sum of p² / q, which
 * is 1 for equal mixes. A stratum that is missing in the reference counts as its rarest one.
 */
export function mixFactor(window: ReadonlyMap<number, number>, reference: ReadonlyMap<number, number>): number {
  const rarest = Math.min(1, ...reference.values());
  let sum = 0;
  for (const [stratum, share] of window) sum += share ** 2 / (reference.get(stratum) ?? rarest);
  return Math.max(1, sum);
}

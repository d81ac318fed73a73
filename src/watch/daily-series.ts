import type { WatchedRequest, WatchedUsage } from "../domain/watch-import.ts";
import {
  batchMean,
  mixFactor,
  type Observation,
  type SeriesBatch,
  type StratumMeans,
  stratumShares,
  type WatchedSeries,
} from "../statistics/index.ts";
import { weekdayOf } from "./batches.ts";

/** The requests of a day: their number, and the cost of those whose cost is known. */
export type DayOfTraffic = { requests: number; priced: number; usd: number };

/** Days of the traffic, by their number since 1970. */
export type TrafficDays = ReadonlyMap<number, DayOfTraffic>;

/** The days of a batch, with its number. */
export type BatchOfDays = { index: number; days: TrafficDays };

const DAY_MS = 86_400_000;

/**
 * Requests by day, UTC. A day that sums of usage cover counts those; any other counts its stored requests, each as many
 * times as its share of the sample demands.
 */
export function trafficDays(requests: readonly WatchedRequest[], usage: readonly WatchedUsage[]): TrafficDays {
  const days = new Map<number, DayOfTraffic>();
  const dayOf = (timeMs: number): DayOfTraffic => {
    const number = Math.floor(timeMs / DAY_MS);
    const known = days.get(number);
    if (known !== undefined) return known;
    const day = { requests: 0, priced: 0, usd: 0 };
    days.set(number, day);
    return day;
  };
  for (const { startMs, requests: count, costUsd } of usage) {
    const day = dayOf(startMs);
    day.requests += count;
    if (costUsd === null) continue;
    day.priced += count;
    day.usd += Number(costUsd);
  }
  const covered = new Set(days.keys());
  for (const { timeMs, share } of requests) {
    if (!covered.has(Math.floor(timeMs / DAY_MS))) dayOf(timeMs).requests += 1 / share;
  }
  return days;
}

/** Value of a day; null if it is unknown. */
export type DailyValue = (day: DayOfTraffic) => number | null;

/** Logarithm of the number of requests plus 1, so that a day without any counts. */
export const volumeOf: DailyValue = ({ requests }) => Math.log(1 + requests);

/** Logarithm of the mean cost of a request; null without a known cost. */
export const meanCostOf: DailyValue = ({ priced, usd }) => (priced > 0 && usd > 0 ? Math.log(usd / priced) : null);

/** Days of a weekday in a reference from which the weekday has a mean of its own. */
const FEWEST_DAYS = 4;

/** Share of the days of a batch that it must have. */
const MOST_MISSING = 0.5;

/**
 * A series of which each day is one row: weekdays are compared with the same weekday of the reference, and the variance
 * of a day is that of the days of the reference, because numbers of requests vary far more than Poisson counts.
 *
 * @param batchDays days of a complete batch; one with less than half of them is left out
 * @returns undefined if the reference has too few days
 */
export function dailySeries(
  sides: { reference: readonly BatchOfDays[]; watched: readonly BatchOfDays[] },
  valueOf: DailyValue,
  batchDays: number,
): { level: number; rows: number; series: WatchedSeries } | undefined {
  const rowsOf = ({ index, days }: BatchOfDays): { index: number; rows: Observation[] } => ({
    index,
    rows: [...days]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([number, day]) => {
        const value = valueOf(day);
        return value === null ? [] : [{ value, cluster: String(number), stratum: weekdayOf(number * DAY_MS) }];
      }),
  });
  const isWhole = ({ rows }: { rows: readonly Observation[] }): boolean => rows.length >= MOST_MISSING * batchDays;
  const reference = sides.reference.map(rowsOf).filter(isWhole);
  const watched = sides.watched.map(rowsOf).filter(isWhole);
  const all = reference.flatMap(({ rows }) => rows);
  if (all.length === 0) return undefined;
  const level = all.reduce((sum, { value }) => sum + value, 0) / all.length;
  const { expected, freedom } = weekdayMeans(all, level);
  if (freedom <= 0) return undefined;
  const rowVariance = dayVariance(all, { expected, freedom, batchDays });
  const batchOf = ({ index, rows }: { index: number; rows: readonly Observation[] }): SeriesBatch => ({
    ...batchMean(index, rows, expected),
    standardError: Math.sqrt(rowVariance / rows.length),
  });
  const shares = stratumShares(all);
  return {
    level,
    rows: all.length,
    series: {
      reference: reference.map(batchOf),
      watched: watched.map(batchOf),
      rowVariance,
      mixFactorOf: (t, window) =>
        mixFactor(stratumShares(watched.slice(t + 1 - window, t + 1).flatMap(({ rows }) => rows)), shares),
    },
  };
}

/** Threshold of the statistic for which the error of the estimated variance is allowed. */
const USUAL_THRESHOLD = 4;

const MOST_CORRELATION = 0.8;

/**
 * Variance of a day of the reference, larger by what its estimate from few days may miss, so that the statistic exceeds
 * a threshold as rarely as with a known variance. In batches of several days it also contains the correlation of
 * neighbouring days; that of neighbouring batches is estimated by the monitor.
 *
 * @source t quantile from the normal one, z (1 + (z² + 1) / 4ν): Abramowitz and Stegun 26.7.5; bias of the correlation:
 * Kendall 1954
 */
function dayVariance(
  all: readonly Observation[],
  { expected, freedom, batchDays }: { expected: StratumMeans; freedom: number; batchDays: number },
): number {
  const residuals = all.map(({ value, stratum }) => value - expected.get(stratum)!);
  const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  const factor = (1 + (USUAL_THRESHOLD ** 2 + 1) / (4 * freedom)) ** 2;
  const count = all.length;
  if (batchDays === 1 || count <= 5 || squares === 0) return (factor * squares) / freedom;
  let products = 0;
  for (let k = 1; k < count; k++) {
    if (Number(all[k]!.cluster) - Number(all[k - 1]!.cluster) === 1) products += residuals[k]! * residuals[k - 1]!;
  }
  const corrected = (products / squares + 1 / count) / (1 - 4 / count);
  const correlation = Math.min(MOST_CORRELATION, Math.max(0, corrected));
  return (((factor * squares) / freedom) * (1 + correlation)) / (1 - correlation);
}

/** Mean of each weekday, or of all days for one with few; and the days that are left to estimate a variance. */
function weekdayMeans(all: readonly Observation[], level: number): { expected: StratumMeans; freedom: number } {
  const expected = new Map<number, number>();
  let own = 0;
  for (let weekday = 0; weekday < 7; weekday++) {
    const values = all.filter(({ stratum }) => stratum === weekday).map(({ value }) => value);
    const isKnown = values.length >= FEWEST_DAYS;
    if (isKnown) own++;
    expected.set(weekday, isKnown ? values.reduce((sum, value) => sum + value, 0) / values.length : level);
  }
  return { expected, freedom: all.length - Math.max(1, own) };
}

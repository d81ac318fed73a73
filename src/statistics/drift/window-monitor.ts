import { normalQuantile } from "../../base/normal-quantile.ts";
import { alarmThreshold, windowWeight } from "./alarm-threshold.ts";
import { dispersion } from "./dispersion.ts";
import {
  type Contrast,
  contrastWith,
  decayOf,
  type PreparedReference,
  prepareReference,
  type SeriesBatch,
  windowContrast,
} from "./window-contrast.ts";

/** A signal over time: the batches of its reference and the monitored batches, both oldest first. */
export interface WatchedSeries {
  readonly reference: readonly SeriesBatch[];
  readonly watched: readonly SeriesBatch[];
  /** Minimum variance of one row, so that a rate of 0 % does not have zero variance. Default: 0. */
  readonly rowVariance?: number;
  /**
   * True if the spread of the monitored rows is used when it exceeds that of the reference; for signals that are not
   * shares.
   */
  readonly ownSpread?: boolean;
  /** Minimum number of rows in a window for an alarm, for series of human labels; default: 0. */
  readonly fewestRows?: number;
  /** See `mixFactor`, for the window of some batches that ends with monitored batch `t`; default: 1. */
  readonly mixFactorOf?: (t: number, window: number) => number;
}

/** Settings of a monitor. */
export interface MonitorOptions {
  /** Lengths of the sliding windows, in batches. */
  readonly windows: readonly number[];
  /** Number of looks in the period to which `level` applies. */
  readonly looks: number;
  /** Accepted share of periods with a false alarm in any series. */
  readonly level: number;
}

/** State after one batch: the most significant window. */
export interface Look extends Contrast {
  readonly index: number;
  readonly window: number;
  /** |difference / standardError|, weighted by its window. */
  readonly statistic: number;
  readonly isAlarm: boolean;
  /** Batch at which the change most likely began. */
  readonly since: number;
}

/** One monitored series with its results. */
export interface MonitoredSeries {
  readonly looks: readonly Look[];
  /** Factor on its variance, from the scatter of the batches of the reference. */
  readonly dispersion: number;
  /** Ratio of observed to expected scatter of the reference; null if it has no variance. */
  readonly observedDispersion: number | null;
  /**
   * Smallest change that four batches like those of the reference detect with 80 % probability; null without variance.
   */
  readonly detectable: number | null;
}

/** All series of a monitor. `threshold` is null if the reference is too short for alarms. */
export interface Monitored {
  readonly threshold: number | null;
  /** Correlation of neighbouring batches. */
  readonly correlation: number;
  readonly series: readonly MonitoredSeries[];
}

/** Minimum number of batches of a reference for alarms. */
export const FEWEST_REFERENCE_BATCHES = 8;

/** Number of batches for which the smallest detectable change is computed. */
export const DETECTABLE_AFTER = 4;

const POWER = normalQuantile(0.8);

/**
 * Monitors series of batches against their references: after each batch, the mean of the last few (several sliding
 * windows) minus that of the reference, divided by its standard error, which includes the error of the reference, the
 * scatter of batches beyond that of rows, and the correlation of neighbouring batches. An alarm is a statistic above a
 * threshold that keeps the probability of a false alarm in any series, over all looks of the period, at the level.
 * The reference with the fewest batches determines the threshold; with fewer than 8 there are no alarms.
 */
export function monitorSeries(series: readonly WatchedSeries[], options: MonitorOptions): Monitored {
  const { factors, correlation, observed } = dispersion(series.map(({ reference }) => reference));
  const referenceBatches = Math.min(...series.map(({ reference }) => reference.length));
  const { windows, looks, level } = options;
  const decay = decayOf(correlation);
  const isLongEnough = series.length > 0 && referenceBatches >= FEWEST_REFERENCE_BATCHES;
  const threshold = isLongEnough
    ? alarmThreshold({ referenceBatches, looks, windows, level, series: series.length })
    : null;
  return {
    threshold,
    correlation,
    series: series.map((watchedSeries, k) => {
      const found = prepared(watchedSeries, factors[k]!, { correlation, decay });
      return {
        looks: watchedSeries.watched.map((_, t) => look(found, t, { windows, threshold })),
        dispersion: factors[k]!,
        observedDispersion: observed[k]!,
        detectable: detectable(found, threshold),
      };
    }),
  };
}

type Found = {
  series: WatchedSeries;
  factor: number;
  /** Variance of a row of the reference. */
  rowVariance: number;
  reference: PreparedReference;
};

function prepared(
  series: WatchedSeries,
  factor: number,
  { correlation, decay }: Pick<PreparedReference, "correlation" | "decay">,
): Found {
  const { reference: batches } = series;
  const perRow = rowVariance(batches, series.rowVariance ?? 0);
  const reference = prepareReference({ batches, rowVariance: factor * perRow }, correlation, decay);
  return { series, factor, rowVariance: perRow, reference };
}

function look(
  found: Found,
  t: number,
  { windows, threshold }: { windows: readonly number[]; threshold: number | null },
): Look {
  let best: { contrast: Contrast; window: number; statistic: number } | undefined;
  const possible = windows.filter((window) => window <= t + 1);
  const wide = possible.filter((window) => rowsOf(found.series, t, window) >= (found.series.fewestRows ?? 0));
  for (const window of wide.length === 0 ? possible.slice(-1) : wide) {
    const contrast = contrastOf(found, t, window);
    const statistic = windowWeight(window) * statisticOf(contrast);
    if (best === undefined || statistic > best.statistic) best = { contrast, window, statistic };
  }
  const { contrast, window, statistic } = best!;
  const isAlarm = threshold !== null && wide.length > 0 && statistic > threshold;
  const since = isAlarm ? onset(found, t, Math.max(...windows)) : found.series.watched[t]!.index;
  return { index: found.series.watched[t]!.index, window, statistic, isAlarm, since, ...contrast };
}

function rowsOf({ watched }: WatchedSeries, t: number, window: number): number {
  return watched.slice(t + 1 - window, t + 1).reduce((sum, { rows }) => sum + rows, 0);
}

/** A difference without any variance is certain; a difference of zero is no change. */
function statisticOf({ difference, standardError }: Contrast): number {
  if (standardError > 0) return Math.abs(difference) / standardError;
  return Math.abs(difference) > 1e-12 ? Number.POSITIVE_INFINITY : 0;
}

/** First batch of the window, of any length, with the largest deviation. */
function onset(found: Found, t: number, longest: number): number {
  let [since, most] = [found.series.watched[t]!.index, 0];
  for (let window = 1; window <= Math.min(longest, t + 1); window++) {
    const statistic = windowWeight(window) * statisticOf(contrastOf(found, t, window));
    if (statistic > most) [since, most] = [found.series.watched[t + 1 - window]!.index, statistic];
  }
  return since;
}

function contrastOf(
  { series, factor, rowVariance: ofReference, reference }: Found,
  t: number,
  window: number,
): Contrast {
  const watched = series.watched.slice(t + 1 - window, t + 1);
  const perRow = series.ownSpread === true ? Math.max(ofReference, rowVariance(watched, 0)) : ofReference;
  return contrastWith(
    reference,
    { batches: watched, rowVariance: factor * perRow },
    series.mixFactorOf?.(t, window) ?? 1,
  );
}

/**
 * Variance that one row contributes to the mean of its batch, including the effect of clusters, pooled over batches.
 */
function rowVariance(batches: readonly SeriesBatch[], least: number): number {
  let [sum, rows] = [0, 0];
  for (const batch of batches) {
    sum += batch.rows * batch.rows * batch.standardError ** 2;
    rows += batch.rows;
  }
  return Math.max(least, rows === 0 ? 0 : sum / rows);
}

function detectable(
  { series, factor, rowVariance: perRow, reference }: Found,
  threshold: number | null,
): number | null {
  const count = series.reference.length;
  if (count === 0) return null;
  const rows = series.reference.reduce((sum, batch) => sum + batch.rows, 0) / count;
  const variance = (factor * perRow) / rows;
  if (!(variance > 0)) return null;
  const batch = (index: number): SeriesBatch => ({ index, rows, mean: 0, standardError: Math.sqrt(variance) });
  const { standardError } = windowContrast(
    { batches: series.reference.map((_, k) => batch(k)) },
    { batches: Array.from({ length: DETECTABLE_AFTER }, (_, k) => batch(count + 4 + k)) },
    { correlation: reference.correlation },
  );
  return ((threshold ?? SHORT_THRESHOLD) + POWER) * standardError;
}

/**
 * Threshold for computing a detectable change if the reference is too short for a threshold: the threshold for 8
 * signals.
 */
const SHORT_THRESHOLD = 4.05;

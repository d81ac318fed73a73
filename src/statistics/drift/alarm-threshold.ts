import { normal, seededRandom } from "../../base/random.ts";

/** Looks of a year, for the threshold that limits its false alarms to a level. */
export interface Looking {
  /** Number of batches in the reference. */
  readonly referenceBatches: number;
  /** Number of looks in the period to which the level applies, one after each batch. */
  readonly looks: number;
  /** Lengths of the sliding windows, in batches. */
  readonly windows: readonly number[];
  /** Number of signals and slices that are examined at each look. */
  readonly series: number;
  /** Share of periods in which a false alarm in any series is accepted. */
  readonly level: number;
}

/** Number of series simulated for a threshold. */
const SIMULATED = 40_000;

/**
 * Share of the level that is used; the rest allows for effects that the simulation omits: estimated variances and
 * skewed means.
 */
const SPENT = 0.8;

const SEED = 20_260_526;

/**
 * Weights of the statistics of windows of one and two batches: rates and lengths are skewed, and long windows average
 * this out.
 */
const SHORT_WINDOWS: Readonly<Record<number, number>> = { 1: 0.87, 2: 0.95 };

/** Weight of the statistic of a window relative to windows of other lengths. */
export function windowWeight(window: number): number {
  return SHORT_WINDOWS[window] ?? 1;
}

const known = new Map<string, number>();

/**
 * Threshold of the largest |difference / standard error|, weighted by its window, over all windows and looks of a
 * series, so that no more than `level` of the periods have a false alarm in any series. Computed by simulating
 * independent normal batches. The reference is drawn again for each year, so that its error counts; the level is
 * divided over series by Šidák's correction.
 *
 * @accuracy standard error of the level about 6 % of it (40,000 series, fixed seed)
 */
export function alarmThreshold(looking: Looking): number {
  const key = JSON.stringify(looking);
  let threshold = known.get(key);
  if (threshold === undefined) {
    threshold = simulated(looking);
    known.set(key, threshold);
  }
  return threshold;
}

function simulated({ referenceBatches, looks, windows, series, level }: Looking): number {
  const random = seededRandom(SEED);
  const perSeries = 1 - (1 - SPENT * level) ** (1 / series);
  const count = Math.max(2_000, Math.min(SIMULATED, Math.round((SIMULATED * 60) / (looks + referenceBatches))));
  const largest = new Float64Array(count);
  const sums = new Float64Array(looks + 1);
  const scales = windows.map((window) => windowWeight(window) / Math.sqrt(1 / window + 1 / referenceBatches));
  const referenceError = 1 / Math.sqrt(referenceBatches);
  for (let i = 0; i < count; i++) {
    const reference = normal(random) * referenceError;
    let most = 0;
    for (let t = 1; t <= looks; t++) {
      sums[t] = sums[t - 1]! + normal(random);
      for (let k = 0; k < windows.length; k++) {
        const window = windows[k]!;
        if (window > t) continue;
        const statistic = Math.abs((sums[t]! - sums[t - window]!) / window - reference) * scales[k]!;
        if (statistic > most) most = statistic;
      }
    }
    largest[i] = most;
  }
  largest.sort();
  return largest[Math.min(count - 1, Math.floor(count * (1 - perSeries)))]!;
}

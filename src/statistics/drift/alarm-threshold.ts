import { normal, seededRandom } from "../../base/random.ts";

/** Looks of a year, for the threshold that keeps its false alarms at a level. */
export interface Looking {
  /** Batches of the reference. */
  readonly referenceBatches: number;
  /** Looks in the period that the level is for, one after each batch. */
  readonly looks: number;
  /** Lengths of the sliding windows, in batches. */
  readonly windows: readonly number[];
  /** Signals and slices that are examined each time. */
  readonly series: number;
  /** Share of periods in which any series may raise a false alarm. */
  readonly level: number;
}

/** Series that are simulated for a threshold. */
const SIMULATED = 40_000;

/**
 * Part of the level that is used; the rest allows for what the simulation omits: estimated variances and skewed means.
 */
const SPENT = 0.8;

const SEED = 20_260_526;

/** Weight of the statistic of a single batch, and of two: rates and lengths are skewed, which long windows average out. */
const SHORT_WINDOWS: Readonly<Record<number, number>> = { 1: 0.87, 2: 0.95 };

/** Weight of the statistic of a window among those of other lengths. */
export function windowWeight(window: number): number {
  return SHORT_WINDOWS[window] ?? 1;
}

const known = new Map<string, number>();

/**
 * Threshold of the largest |difference / standard error|, weighted by its window, over all windows and looks of a
 * series, so that no more than `level` of the periods have a false alarm in any series. By simulation of independent
 * normal batches, the reference of each year drawn again, so that its error counts; level over series by Šidák.
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

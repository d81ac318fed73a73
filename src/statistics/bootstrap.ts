import { normalQuantile } from "../base/normal-quantile.ts";
import { quantileSorted } from "../base/quantile.ts";
import type { Random } from "../base/random.ts";
import { normalCdf } from "./distributions.ts";
import type { Interval } from "./interval.ts";
import { mean } from "./mean.ts";

/** Settings of a bootstrap. */
export interface BootstrapOptions {
  readonly random: Random;
  /** Resamples; default: 10,000. */
  readonly resamples?: number;
  /** Confidence level; default: 0.95. */
  readonly level?: number;
  /** `bca` corrects bias and skew and costs one more evaluation per unit; default: `bca`. */
  readonly kind?: "percentile" | "bca";
}

/**
 * Bootstrap interval of a statistic over units (items, or clusters of items).
 *
 * @param unitCount units to draw from, with replacement
 * @param statistic value for a list of unit indices; NaN if it is undefined, which is omitted and counted
 * @returns the interval, and the number of resamples without a value
 * @source Efron 1987, "Better bootstrap confidence intervals"
 */
export function bootstrap(
  unitCount: number,
  statistic: (units: Uint32Array) => number,
  { random, resamples = 10_000, level = 0.95, kind = "bca" }: BootstrapOptions,
): { interval: Interval | null; undefinedCount: number } {
  const units = new Uint32Array(unitCount);
  const draws: number[] = [];
  for (let b = 0; b < resamples; b++) {
    for (let i = 0; i < unitCount; i++) units[i] = Math.floor(random() * unitCount);
    const value = statistic(units);
    if (!Number.isNaN(value)) draws.push(value);
  }
  const undefinedCount = resamples - draws.length;
  if (draws.length < resamples / 2) return { interval: null, undefinedCount };
  const sorted = Float64Array.from(draws).toSorted();
  const tail = (1 - level) / 2;
  const [low, high] = kind === "bca" ? correctedTails(sorted, { unitCount, statistic, tail }) : [tail, 1 - tail];
  return { interval: { low: quantileSorted(sorted, low), high: quantileSorted(sorted, high) }, undefinedCount };
}

/** The tail probabilities after the corrections for bias and acceleration (jackknife). */
function correctedTails(
  sorted: Float64Array,
  { unitCount, statistic, tail }: { unitCount: number; statistic: (units: Uint32Array) => number; tail: number },
): [number, number] {
  const all = Uint32Array.from({ length: unitCount }, (_, i) => i);
  const estimate = statistic(all);
  let below = 0;
  for (const value of sorted) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const share = below / sorted.length;
  if (share <= 0 || share >= 1) return [tail, 1 - tail];
  const bias = normalQuantile(share);
  const acceleration = jackknifeAcceleration(unitCount, statistic);
  const corrected = (probability: number): number => {
    const z = bias + normalQuantile(probability);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return [corrected(tail), corrected(1 - tail)];
}

/**
 * Skewness of the jackknife estimates, divided by six. Above 2,000 units, groups of units are omitted instead of single
 * units, to limit the cost.
 */
function jackknifeAcceleration(unitCount: number, statistic: (units: Uint32Array) => number): number {
  const groups = Math.min(unitCount, 2_000);
  const values: number[] = [];
  for (let g = 0; g < groups; g++) {
    const from = Math.floor((g * unitCount) / groups);
    const to = Math.floor(((g + 1) * unitCount) / groups);
    const rest = new Uint32Array(unitCount - (to - from));
    for (let i = 0, k = 0; i < unitCount; i++) if (i < from || i >= to) rest[k++] = i;
    const value = statistic(rest);
    if (!Number.isNaN(value)) values.push(value);
  }
  const centre = mean(values);
  let square = 0;
  let cube = 0;
  for (const value of values) {
    square += (centre - value) ** 2;
    cube += (centre - value) ** 3;
  }
  return square === 0 ? 0 : cube / (6 * square ** 1.5);
}

import type { Random } from "../../base/random.ts";
import { quantileSorted } from "../../base/quantile.ts";
import type { Interval } from "../interval.ts";
import { type Agreement, countCategories, type ItemLabels } from "./ratings.ts";

/** The scale of the labels, which defines the difference between two of them. */
export type Level = "nominal" | "ordinal" | "interval" | "ratio";

/**
 * Krippendorff's alpha: any number of raters, missing labels, four levels of measurement.
 *
 * @source Krippendorff 2011, "Computing Krippendorff's alpha-reliability"
 */
export function krippendorffAlpha(items: readonly ItemLabels[], level: Level): Agreement {
  const prepared = prepare(items, level);
  if ("reason" in prepared) return { value: null, reason: prepared.reason };
  const value = prepared.alpha(null);
  return Number.isNaN(value) ? { value: null, reason: "all labels are of one category" } : { value };
}

/**
 * Percentile interval of alpha by resampling items. Items with fewer than two labels do not count.
 *
 * @param resamples  default: 1,000
 * @returns null if alpha has no value in most resamples
 */
export function krippendorffInterval(
  items: readonly ItemLabels[],
  level: Level,
  { random, resamples = 1_000, confidence = 0.95 }: { random: Random; resamples?: number; confidence?: number },
): Interval | null {
  const prepared = prepare(items, level);
  if ("reason" in prepared) return null;
  const draw = new Uint32Array(prepared.itemCount);
  const values: number[] = [];
  for (let b = 0; b < resamples; b++) {
    for (let i = 0; i < draw.length; i++) draw[i] = Math.floor(random() * draw.length);
    const value = prepared.alpha(draw);
    if (!Number.isNaN(value)) values.push(value);
  }
  if (values.length < resamples / 2) return null;
  const sorted = Float64Array.from(values).toSorted();
  const tail = (1 - confidence) / 2;
  return { low: quantileSorted(sorted, tail), high: quantileSorted(sorted, 1 - tail) };
}

/** Counts of each item for alpha, so that a resample costs one addition per item. */
interface Prepared {
  readonly itemCount: number;
  /** Alpha over the drawn items, or over all; NaN if it has no value. */
  alpha(draw: Uint32Array | null): number;
}

function prepare(items: readonly ItemLabels[], level: Level): Prepared | { reason: string } {
  if (level !== "nominal" && items.some((labels) => labels.some((label) => typeof label === "string"))) {
    return { reason: `the level ${level} needs numbers as labels` };
  }
  const pairable = items.filter((labels) => labels.filter((label) => label !== null).length >= 2);
  if (pairable.length === 0) return { reason: "no item has two labels" };
  return level === "interval" ? intervalSums(pairable as (number | null)[][]) : coincidences(pairable, level);
}

/** Interval level: squared differences follow from the sums of an item's labels and of their squares. */
function intervalSums(items: readonly (readonly (number | null)[])[]): Prepared {
  const n = Float64Array.from(items, (labels) =>
    labels.reduce<number>((sum, label) => sum + (label === null ? 0 : 1), 0),
  );
  const all = items.flatMap((labels) => labels.filter((label) => label !== null));
  const centre = all.reduce((sum, label) => sum + label, 0) / all.length;
  const sum = Float64Array.from(items, (labels) => total(labels, (label) => label - centre));
  const square = Float64Array.from(items, (labels) => total(labels, (label) => (label - centre) ** 2));
  const alpha = (draw: Uint32Array | null): number => {
    let count = 0;
    let s = 0;
    let q = 0;
    let within = 0;
    for (let k = 0; k < items.length; k++) {
      const i = draw === null ? k : draw[k]!;
      count += n[i]!;
      s += sum[i]!;
      q += square[i]!;
      within += (2 * (n[i]! * square[i]! - sum[i]! * sum[i]!)) / (n[i]! - 1);
    }
    const expected = (2 * (count * q - s * s)) / (count - 1);
    return expected > 1e-12 * Math.max(1, q) ? 1 - within / expected : Number.NaN;
  };
  return { itemCount: items.length, alpha };
}

function total(labels: readonly (number | null)[], value: (label: number) => number): number {
  return labels.reduce<number>((sum, label) => sum + (label === null ? 0 : value(label)), 0);
}

/** Other levels: a matrix of coincidences, whose metric may depend on how often each category occurs. */
function coincidences(items: readonly ItemLabels[], level: Level): Prepared {
  const { categories, items: counts, sizes } = countCategories(items);
  const K = categories.length;
  const present = counts.map((row) => Uint32Array.from(row.keys()).filter((k) => row[k]! > 0));
  const coincidence = new Float64Array(K * K);
  const totals = new Float64Array(K);
  const alpha = (draw: Uint32Array | null): number => {
    coincidence.fill(0);
    totals.fill(0);
    for (let step = 0; step < counts.length; step++) {
      const i = draw === null ? step : draw[step]!;
      const row = counts[i]!;
      for (const c of present[i]!) {
        totals[c]! += row[c]!;
        for (const k of present[i]!)
          coincidence[c * K + k]! += (row[c]! * (row[k]! - (c === k ? 1 : 0))) / (sizes[i]! - 1);
      }
    }
    return alphaOf(coincidence, totals, metricOf(level, categories as readonly number[], totals));
  };
  return { itemCount: counts.length, alpha };
}

function alphaOf(coincidence: Float64Array, totals: Float64Array, metric: (c: number, k: number) => number): number {
  const K = totals.length;
  let n = 0;
  for (const count of totals) n += count;
  let observed = 0;
  let expected = 0;
  for (let c = 0; c < K; c++) {
    for (let k = 0; k < c; k++) {
      const distance = metric(c, k);
      observed += coincidence[c * K + k]! * distance;
      expected += totals[c]! * totals[k]! * distance;
    }
  }
  return expected > 0 ? 1 - ((n - 1) * observed) / expected : Number.NaN;
}

function metricOf(level: Level, values: readonly number[], totals: Float64Array): (c: number, k: number) => number {
  if (level === "nominal") return () => 1;
  if (level === "ratio") {
    return (c, k) => {
      const [a, b] = [values[c]!, values[k]!];
      return a + b === 0 ? 1 : ((a - b) / (a + b)) ** 2;
    };
  }
  const middle = new Float64Array(totals.length);
  let below = 0;
  for (let c = 0; c < totals.length; c++) {
    middle[c] = below + totals[c]! / 2;
    below += totals[c]!;
  }
  return (c, k) => (middle[c]! - middle[k]!) ** 2;
}

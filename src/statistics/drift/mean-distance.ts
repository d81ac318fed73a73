import { normal, seededRandom } from "../../base/random.ts";
import type { Points } from "./mean-discrepancy.ts";
import type { SeriesBatch } from "./window-contrast.ts";

/** Rows of one batch: their points and clusters (users), in the same order. */
export interface PointBatch {
  readonly index: number;
  readonly points: Points;
  readonly clusters: readonly string[];
}

/** Number of random frequencies of the kernel; each gives a cosine and a sine. */
const FREQUENCIES = 64;

const SEED = 20_261_129;

/** Total variance below which all points of a reference count as equal. */
const NO_VARIANCE = 1e-12;

/**
 * Distance of the mean of each batch to that of the reference, under the kernel exp(-gamma |x - y|²): the squared
 * maximum mean discrepancy by random features, as a normal score under no change. A batch of the reference is compared
 * with its other batches. All pairs of rows are used, so that one batch suffices where block estimates need several.
 * The covariance of the features comes from the rows of the reference, clustered by user within a batch. Without a
 * change, the discrepancy is a sum of weighted chi-squares, approximated by one with the same mean and variance
 * (Satterthwaite), whose cube root is nearly normal (Wilson and Hilferty). Unit: standard errors of a batch of the mean
 * size; batches of other sizes have a proportional standard error.
 *
 * @returns undefined if the reference has fewer than two batches
 * @source Gretton et al. 2012, "A kernel two-sample test"; Rahimi and Recht 2007, "Random features for large-scale
 * kernel machines"; Wilson and Hilferty 1931, "The distribution of chi-square"
 */
export function meanDistances(
  reference: readonly PointBatch[],
  watched: readonly PointBatch[],
  gamma: number,
): { reference: SeriesBatch[]; watched: SeriesBatch[] } | undefined {
  if (reference.length < 2) return undefined;
  const features = randomFeatures(reference[0]!.points[0]!.length, gamma);
  const batches = reference.map((batch) => featuresOf(batch, features));
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const all = combined(batches, rows);
  const spread = spreadOf(batches, rows);
  const typical = batches.reduce((sum, batch) => sum + scaleOf(batch.rows, rows - batch.rows), 0) / batches.length;
  const scored = (batch: Features, other: Float64Array, otherRows: number): SeriesBatch => {
    const scale = scaleOf(batch.rows, otherRows);
    const unit = Math.sqrt(scale / typical);
    const discrepancy = squaredDistance(batch.mean, other);
    const { index } = batch;
    if (spread.total < NO_VARIANCE) {
      return { index, rows: batch.rows, mean: Math.sqrt(discrepancy), standardError: 0 };
    }
    const mean = unit * normalScore(discrepancy / (scale * spread.total), spread.freedom);
    return { index, rows: batch.rows, mean, standardError: unit };
  };
  return {
    reference: batches.map((batch) => {
      const rest = rows - batch.rows;
      const others = all.map((value, k) => (value * rows - batch.mean[k]! * batch.rows) / rest);
      return scored(batch, others, rest);
    }),
    watched: watched.map((batch) => scored(featuresOf(batch, features), all, rows)),
  };
}

/** Variance of the difference of two means, in variances of a row. */
function scaleOf(rows: number, otherRows: number): number {
  return 1 / rows + 1 / otherRows;
}

/** Normal score of a chi-square divided by its degrees of freedom. */
function normalScore(ratio: number, freedom: number): number {
  const variance = 2 / (9 * freedom);
  return (Math.cbrt(ratio) - (1 - variance)) / Math.sqrt(variance);
}

type FeatureMap = (point: ArrayLike<number>) => Float64Array;

function randomFeatures(dimensions: number, gamma: number): FeatureMap {
  const random = seededRandom(SEED);
  const scale = Math.sqrt(2 * gamma);
  const frequencies = Array.from({ length: FREQUENCIES }, () =>
    Float64Array.from({ length: dimensions }, () => normal(random) * scale),
  );
  const amplitude = 1 / Math.sqrt(FREQUENCIES);
  return (point) => {
    const features = new Float64Array(2 * FREQUENCIES);
    for (let f = 0; f < FREQUENCIES; f++) {
      const frequency = frequencies[f]!;
      let phase = 0;
      for (let k = 0; k < dimensions; k++) phase += frequency[k]! * point[k]!;
      features[2 * f] = amplitude * Math.cos(phase);
      features[2 * f + 1] = amplitude * Math.sin(phase);
    }
    return features;
  };
}

type Features = { index: number; rows: number; mean: Float64Array; sums: Float64Array[] };

/** Mean of the features of a batch, and for each of its clusters the sum of the deviations from the mean. */
function featuresOf({ index, points, clusters }: PointBatch, features: FeatureMap): Features {
  const mapped = Array.from(points, features);
  const mean = new Float64Array(2 * FREQUENCIES);
  for (const row of mapped) for (let k = 0; k < row.length; k++) mean[k]! += row[k]! / mapped.length;
  const sums = new Map<string, Float64Array>();
  for (const [place, row] of mapped.entries()) {
    const cluster = clusters[place]!;
    const sum = sums.get(cluster) ?? new Float64Array(mean.length);
    for (let k = 0; k < row.length; k++) sum[k]! += row[k]! - mean[k]!;
    sums.set(cluster, sum);
  }
  return { index, rows: mapped.length, mean, sums: [...sums.values()] };
}

function combined(batches: readonly Features[], rows: number): Float64Array {
  const mean = new Float64Array(2 * FREQUENCIES);
  for (const batch of batches) {
    for (let k = 0; k < mean.length; k++) mean[k]! += (batch.mean[k]! * batch.rows) / rows;
  }
  return mean;
}

/**
 * Trace of the covariance of a row, and the degrees of freedom of its quadratic form: trace² over the trace of its
 * square. The square is summed over pairs of different clusters, because pairing a cluster with itself would bias it
 * upwards.
 */
function spreadOf(batches: readonly Features[], rows: number): { total: number; freedom: number } {
  const sums = batches.flatMap((batch) => batch.sums);
  const size = 2 * FREQUENCIES;
  const products = new Float64Array(size * size);
  let [trace, own] = [0, 0];
  for (const sum of sums) {
    let length = 0;
    for (let i = 0; i < size; i++) {
      const value = sum[i]!;
      length += value * value;
      for (let j = 0; j <= i; j++) products[i * size + j]! += value * sum[j]!;
    }
    trace += length;
    own += length * length;
  }
  let square = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) square += 2 * products[i * size + j]! ** 2;
    square += products[i * size + i]! ** 2;
  }
  const counted = rows - batches.length;
  const total = trace / counted;
  const pairs = sums.length < 2 ? square : ((square - own) * sums.length) / (sums.length - 1);
  const freedom = pairs > 0 ? (trace * trace) / pairs : size;
  return { total, freedom: Math.min(size, Math.max(1, freedom)) };
}

function squaredDistance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (x[k]! - y[k]!) ** 2;
  return sum;
}

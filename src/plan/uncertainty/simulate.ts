import { fnv1a } from "../../base/hash.ts";
import { normalQuantile } from "../../base/normal-quantile.ts";
import { recent } from "../../base/recent.ts";
import { normal, seededRandom } from "../../base/random.ts";
import { leafValue, type Leaf } from "./leaf.ts";

/** Reads the value of a leaf by id within one draw. */
export type Read = (id: string) => number;

/** Settings of the draws. */
export type DrawOptions = {
  seed: number;
  draws: number;
  /** Correlation between any two activity leaves: the square of their loading on the common factor. */
  activityCorrelation: number;
};

/** Id of the common factor of misestimation, which seeds its stream. */
const COMMON = "common-factor";

/**
 * Draws every leaf by Latin hypercube sampling: one value in each of `draws` strips of equal probability, so that a
 * leaf has its own p10, p50 and p90 without sampling noise. A one-factor Gaussian copula correlates activities.
 *
 * Each leaf has its own stream, seeded by its id: the order of leaves does not matter, and adding or removing a leaf
 * does not change the draws of the others.
 *
 * @returns values of each leaf by draw
 * @source McKay, Beckman and Conover 1979, Technometrics 21(2) (sampling); Iman and Conover 1982, Communications in
 *   Statistics B 11(3) (correlation by ranks)
 */
export function drawLeaves(leaves: Iterable<Leaf>, options: DrawOptions): ReadonlyMap<string, Float64Array> {
  const { draws } = options;
  const columns = new Map<string, Float64Array>();
  for (const leaf of leaves) {
    const id = leaf.figure.id;
    if (leaf.p10 === leaf.p90) {
      columns.set(id, new Float64Array(draws).fill(leaf.p50));
      continue;
    }
    const scores = leafScores(leaf, options);
    const { p10, p50, p90, low, high } = leaf;
    const values = knownColumns([scores.key, p10, p50, p90, low, high].join("|"), () =>
      scores.values().map((score) => leafValue(leaf, score)),
    );
    columns.set(id, values);
  }
  return columns;
}

/** Size of the cache of columns, 32 MiB: the cost, payback and present value of a programme draw the same leaves. */
const KEPT_NUMBERS = 4 * 2 ** 20;

const knownColumns = recent<Float64Array>(KEPT_NUMBERS, ({ length }) => length);

/** Normal scores of a leaf by draw, one in each stratum, and their cache key. */
function leafScores(leaf: Leaf, options: DrawOptions): { key: string; values: () => Float64Array } {
  const { seed, draws, activityCorrelation } = options;
  const { id } = leaf.figure;
  const correlation = leaf.isActivity ? activityCorrelation : 0;
  const key = [id, seed, draws, correlation].join("|");
  const strips = (): Float64Array =>
    Float64Array.from({ length: draws }, (_, index) => normalQuantile((index + 0.5) / draws));
  const compute = (): Float64Array => {
    const scores = knownColumns(`strips|${draws}`, strips);
    const latent = normals(id, seed, draws);
    if (leaf.isActivity) {
      const common = knownColumns(`${COMMON}|${seed}|${draws}`, () => normals(COMMON, seed, draws));
      const [loading, own] = [Math.sqrt(correlation), Math.sqrt(1 - correlation)];
      for (let i = 0; i < draws; i++) latent[i] = loading * common[i]! + own * latent[i]!;
    }
    const sorted = latent.toSorted();
    return latent.map((value) => scores[rankOf(sorted, value)]!);
  };
  return { key, values: () => knownColumns(key, compute) };
}

/** Evaluates a formula for every draw. */
export function evaluate(
  columns: ReadonlyMap<string, Float64Array>,
  draws: number,
  value: (read: Read) => number,
): Float64Array {
  let draw = 0;
  const read: Read = (id) => columns.get(id)![draw]!;
  const results = new Float64Array(draws);
  for (draw = 0; draw < draws; draw++) results[draw] = value(read);
  return results;
}

/** Ids of the leaves that a formula reads, sorted, and its value with every leaf at its median. */
export function trace(
  leaves: ReadonlyMap<string, Leaf>,
  value: (read: Read) => number,
): { inputs: string[]; median: number } {
  const inputs = new Set<string>();
  const median = value((id) => {
    inputs.add(id);
    return leaves.get(id)!.p50;
  });
  return { inputs: [...inputs].toSorted(), median };
}

function normals(id: string, seed: number, draws: number): Float64Array {
  const random = seededRandom(streamSeed(id, seed));
  return Float64Array.from({ length: draws }, () => normal(random));
}

/** Seed of the stream that a leaf draws from: FNV-1a of its id, mixed with the seed. */
function streamSeed(id: string, seed: number): number {
  return fnv1a(id, Math.imul(seed, 0x9e3779b9));
}

/** Index of a value in sorted numbers that contain it. */
function rankOf(sorted: Float64Array, value: number): number {
  let [from, to] = [0, sorted.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

import type { WatchedRequest } from "../domain/watch-import.ts";
import { meanDiscrepancy, medianGamma, type Observation } from "../statistics/index.ts";
import { hashOf, unpackedVector, vectorOf } from "./hashed-vector.ts";

/** Rows of a block on each side. */
const BLOCK_ROWS = 20;

/** Fewest blocks of a batch: its standard error comes from them. */
export const FEWEST_BLOCKS = 4;

/** Rows of the reference that set the width of the kernel. */
const KERNEL_ROWS = 200;

/** A batch of requests with its number. */
export type RequestBatch = { index: number; requests: readonly WatchedRequest[] };

/**
 * Distance of each batch to the reference: the squared maximum mean discrepancy in blocks of 20 prompts on each side,
 * each block one observation. A batch of the reference is compared with the other batches of it.
 *
 * @param sample  most rows of a batch that are taken, by a hash of their id
 * @source Zaremba et al. 2013, "B-tests: low variance kernel two-sample tests"
 */
export function distanceObservations(
  reference: readonly RequestBatch[],
  watched: readonly RequestBatch[],
  sample: number,
): { reference: Observation[][]; watched: Observation[][] } {
  const source = vectorSource(reference);
  const points = (batch: RequestBatch): Float64Array[] =>
    chosen(source === null ? batch.requests : batch.requests.filter(({ embedder }) => embedder === source), sample).map(
      ({ vector, embedding }) => (source === null ? vectorOf(vector) : unpackedVector(embedding!)),
    );
  const ofReference = reference.map(points);
  const all = interleaved(ofReference);
  const gamma = medianGamma(all.slice(0, KERNEL_ROWS));
  const distances = (batch: readonly Float64Array[], others: readonly Float64Array[], from: number): Observation[] => {
    const blocks = Math.floor(Math.min(batch.length, sample) / BLOCK_ROWS);
    return Array.from({ length: others.length < BLOCK_ROWS ? 0 : blocks }, (_, b) => {
      const here = batch.slice(b * BLOCK_ROWS, (b + 1) * BLOCK_ROWS);
      const there = Array.from(here, (__, i) => others[(from + b * BLOCK_ROWS + i) % others.length]!);
      return { value: meanDiscrepancy(here, there, { gamma }).unbiased, cluster: String(b), stratum: 0 };
    });
  };
  return {
    reference: ofReference.map((batch, k) =>
      distances(batch, interleaved(ofReference.filter((_, other) => other !== k)), k * STEP),
    ),
    watched: watched.map((batch, k) => distances(points(batch), all, (reference.length + k) * STEP)),
  };
}

/**
 * Source of most vectors of a reference; null: hashed n-grams. Vectors of different sources cannot be compared, also
 * if an endpoint changed its model under one name: the length of its vectors is part of the name.
 */
export function vectorSource(reference: readonly RequestBatch[]): string | null {
  const counts = new Map<string, number>();
  for (const { requests } of reference) {
    for (const { embedder } of requests) if (embedder !== null) counts.set(embedder, (counts.get(embedder) ?? 0) + 1);
  }
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? null;
}

/** Rows by which the partners of one batch begin after those of the batch before. */
const STEP = 997;

/** A random sample of the requests that is the same each time: those with the lowest hashes of their ids. */
export function chosen(requests: readonly WatchedRequest[], most: number): readonly WatchedRequest[] {
  const ordered = requests
    .map((request) => ({ request, order: hashOf(request.id, 2) }))
    .toSorted((a, b) => a.order - b.order || (a.request.id < b.request.id ? -1 : 1));
  return ordered.slice(0, most).map(({ request }) => request);
}

/** First of each list, then second of each, and so on. */
function interleaved<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  const all: T[] = [];
  for (let i = 0; i < longest; i++) for (const list of lists) if (i < list.length) all.push(list[i]!);
  return all;
}

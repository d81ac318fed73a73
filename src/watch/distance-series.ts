import { mixedHash } from "../base/hash.ts";
import type { WatchedRequest } from "../domain/watch-import.ts";
import { meanDistances, medianGamma, type PointBatch, type SeriesBatch } from "../statistics/index.ts";
import { unpackedVector, vectorOf } from "./hashed-vector.ts";

/** Number of rows of the reference that determine the width of the kernel. */
const KERNEL_ROWS = 200;

/** A batch of requests with its number. */
export type RequestBatch = { index: number; requests: readonly WatchedRequest[] };

/**
 * Distance of the prompts of each batch to those of the reference: {@link meanDistances} over their vectors, clustered
 * by user. A batch of the reference is compared with its other batches.
 *
 * @param sample maximum number of rows of a batch, selected by a hash of their id
 * @returns undefined if fewer than two batches of the reference have `fewest` rows
 */
export function distanceSeries(
  reference: readonly RequestBatch[],
  watched: readonly RequestBatch[],
  { sample, fewest }: { sample: number; fewest: number },
): { reference: SeriesBatch[]; watched: SeriesBatch[] } | undefined {
  const source = vectorSource(reference);
  const pointsOf = ({ index, requests }: RequestBatch): PointBatch => {
    const usable = requests.filter(({ hasText, embedder }) => hasText && (source === null || embedder === source));
    const rows = chosen(usable, sample);
    return {
      index,
      points: rows.map(({ vector, embedding }) => (source === null ? vectorOf(vector) : unpackedVector(embedding!))),
      clusters: rows.map(({ user, id }) => user ?? id),
    };
  };
  const isLarge = ({ points }: PointBatch): boolean => points.length >= fewest;
  const ofReference = reference.map(pointsOf).filter(isLarge);
  const gamma = medianGamma(interleaved(ofReference.map(({ points }) => points)).slice(0, KERNEL_ROWS));
  return meanDistances(ofReference, watched.map(pointsOf).filter(isLarge), gamma);
}

/**
 * Source of most vectors of a reference; null for hashed n-grams. Vectors of different sources cannot be compared. If
 * an endpoint changes its model under one name, this is detected by the length of its vectors, which is part of the
 * name.
 */
export function vectorSource(reference: readonly RequestBatch[]): string | null {
  const counts = new Map<string, number>();
  for (const { requests } of reference) {
    for (const { embedder } of requests) if (embedder !== null) counts.set(embedder, (counts.get(embedder) ?? 0) + 1);
  }
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? null;
}

/** A reproducible random sample of the requests: those with the lowest hashes of their ids. */
export function chosen(requests: readonly WatchedRequest[], most: number): readonly WatchedRequest[] {
  const ordered = requests
    .map((request) => ({ request, order: mixedHash(request.id, 2) }))
    .toSorted((a, b) => a.order - b.order || (a.request.id < b.request.id ? -1 : 1));
  return ordered.slice(0, most).map(({ request }) => request);
}

/** The first of each list, then the second of each, and so on. */
function interleaved<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  const all: T[] = [];
  for (let i = 0; i < longest; i++) for (const list of lists) if (i < list.length) all.push(list[i]!);
  return all;
}

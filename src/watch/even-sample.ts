import { mixedHash } from "../base/hash.ts";

/** Place of a request in the order of sampling, 0 to 1: a request is imported if it is below the share of its slice. */
export function sampleOrder(id: string): number {
  return mixedHash(id, 3) / 2 ** 31;
}

/**
 * The requests that represent all slices alike. If slices were imported at different shares, all are thinned to the
 * smallest one, by the hash that chose them; otherwise a slice that was imported more often would change every rate.
 */
export function evenSample<Request extends { id: string; slice: string | null; share: number }>(
  requests: readonly Request[],
): readonly Request[] {
  const shares = new Map<string | null, number>();
  for (const { slice, share } of requests) shares.set(slice, Math.max(share, shares.get(slice) ?? 0));
  const least = Math.min(...shares.values());
  const isEven = [...shares.values()].every((share) => share === least);
  return isEven ? requests : requests.filter(({ id }) => sampleOrder(id) < least);
}

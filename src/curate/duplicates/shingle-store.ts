import type { ShingleHashes } from "../kernels/shingle-hashes.ts";

/** Distinct shingles of one row, in arrays that hold those of others as well. */
export type StoredShingles = { low: Uint32Array; high: Uint32Array | Uint8Array; start: number; count: number };

/** Shingles of the rows that are compared. */
export type ShingleStore = {
  /** Keeps a copy; the shingles have to be distinct. */
  add: (row: number, shingles: ShingleHashes) => void;
  of: (row: number) => StoredShingles | undefined;
};

const CHUNK = 2 ** 20;

/** A store of 8 bytes a shingle, in chunks, so that it never holds more than it was given and 8 MiB. */
export function shingleStore(): ShingleStore {
  const rows = new Map<number, StoredShingles>();
  let [low, high, used] = [new Uint32Array(0), new Uint32Array(0), 0];
  return {
    add: (row, { low: lows, high: highs, count }) => {
      if (used + count > low.length) {
        const size = Math.max(CHUNK, count);
        [low, high, used] = [new Uint32Array(size), new Uint32Array(size), 0];
      }
      low.set(lows.subarray(0, count), used);
      high.set(highs.subarray(0, count), used);
      rows.set(row, { low, high, start: used, count });
      used += count;
    },
    of: (row) => rows.get(row),
  };
}

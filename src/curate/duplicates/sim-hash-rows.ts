import { simHash, differentBits } from "../kernels/sim-hash.ts";
import { mixed } from "../kernels/token-hashes.ts";
import type { CandidateKeys } from "./candidate-keys.ts";
import type { Match } from "./find-drops.ts";

/** Detects near-duplicates by their SimHash. */
export type SimHashRows = {
  addKeys: CandidateKeys;
  match: Match;
  /** Low and high half of the hash of each row in turn; zeros for rows without a word. */
  hashes: (rows: number) => Uint32Array;
  /** Adds the hashes of rows that were hashed earlier. */
  setHashes: (all: Uint32Array) => void;
};

/**
 * Finds rows whose 64-bit SimHashes differ in only a few bits. The 64 bits are divided into one block more than the
 * number of bits that may differ, so that at least one block is equal and no pair is missed.
 *
 * @param distance maximum number of different bits, up to 7
 */
export function simHashRows(distance: number): SimHashRows {
  let hashes: Uint32Array = new Uint32Array(8192);
  const blocks = distance + 1;
  const masks = Array.from({ length: blocks }, (_, block) =>
    maskOf(Math.round((64 * block) / blocks), Math.round((64 * (block + 1)) / blocks)),
  );
  return {
    addKeys: (row, shingles, keys) => {
      if (shingles.count === 0) return;
      if (2 * row + 1 >= hashes.length) hashes = ofLength(hashes, 4 * row + 2);
      const [low, high] = simHash(shingles);
      hashes[2 * row] = low;
      hashes[2 * row + 1] = high;
      for (const [block, mask] of masks.entries()) {
        const lowPart = mixed((low & mask.low) ^ Math.imul(block + 1, 0x9e3779b1));
        keys.add(mixed(lowPart ^ Math.imul(high & mask.high, 0x85ebca6b)), row);
      }
    },
    match: (row, candidates) => {
      const [low, high] = [hashes[2 * row]!, hashes[2 * row + 1]!];
      const found = candidates.find(
        (other) => differentBits(low, hashes[2 * other]!) + differentBits(high, hashes[2 * other + 1]!) <= distance,
      );
      return found === undefined ? undefined : { row: found, jaccard: Number.NaN };
    },
    hashes: (rows) => ofLength(hashes, 2 * rows),
    setHashes: (all) => {
      hashes = all;
    },
  };
}

function ofLength(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const all = new Uint32Array(length);
  all.set(array.subarray(0, length));
  return all;
}

/** Bits `from` to `to` of 64, as two halves; the end is exclusive. */
function maskOf(from: number, to: number): { low: number; high: number } {
  const bits = ((1n << BigInt(to)) - (1n << BigInt(from))) & 0xffffffffffffffffn;
  return { low: Number(bits & 0xffffffffn), high: Number(bits >> 32n) };
}

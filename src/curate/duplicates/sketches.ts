import { type KeyList, keyList, type RowKeys } from "../kernels/key-list.ts";
import { hashShingles, type ShingleHashes, shingleHashes } from "../kernels/shingle-hashes.ts";
import { mixed, type TokenHashes } from "../kernels/token-hashes.ts";
import type { CandidateKeys } from "./candidate-keys.ts";

/** What is known of every row while duplicates are looked for. */
export type Sketches = {
  /** Tokens of each row; 0 for a row without a word, which is never a duplicate. */
  tokens: Uint32Array;
  /** Hash of all tokens and signs of each row in their order, as two halves: equal where two texts differ in case and punctuation at most. */
  whole: Uint32Array;
  /** Hash of the signs of each row; 0 for one without. */
  signs: Uint32Array;
  keys: RowKeys;
};

/** Takes the rows one by one. */
export type Sketcher = {
  /** Takes rows that were sketched before, from row 0 on, with `[row, key]` pairs in the order of the rows. */
  addKnown: (rows: Omit<Sketches, "keys"> & { keys: Uint32Array }) => void;
  /** @returns the shingles of the row, valid until the next */
  add: (row: number, tokens: TokenHashes) => ShingleHashes;
  /** Keys of all rows so far. */
  keys: KeyList;
  sketches: (rows: number) => Sketches;
};

/** Tokens of a shingle. */
export const SHINGLE_TOKENS = 5;

/**
 * Sketches rows: 16 bytes each, 4 for each of its keys and 4 where it has some. With no way to make keys, rows are told by
 * their whole text alone.
 */
export function sketcher(addKeys: CandidateKeys | undefined): Sketcher {
  let [counts, whole, signs] = [new Uint32Array(4096), new Uint32Array(2 * 4096), new Uint32Array(4096)];
  const keys = keyList();
  const shingles = shingleHashes();
  return {
    addKnown: (known) => {
      counts = grown(known.tokens, 2 * known.tokens.length + 4096);
      whole = grown(known.whole, 2 * counts.length);
      signs = grown(known.signs, counts.length);
      for (let at = 0; at < known.keys.length; at += 2) keys.add(known.keys[at + 1]!, known.keys[at]!);
    },
    add: (row, tokens) => {
      if (row >= counts.length) {
        [counts, whole, signs] = [grown(counts, 2 * row), grown(whole, 4 * row), grown(signs, 2 * row)];
      }
      counts[row] = tokens.count;
      signs[row] = tokens.signs;
      whole.set(wholeText(tokens), 2 * row);
      if (addKeys === undefined) return shingles;
      hashShingles(tokens, SHINGLE_TOKENS, shingles);
      addKeys(row, shingles, keys);
      return shingles;
    },
    keys,
    sketches: (rows) => ({
      tokens: exactly(counts, rows),
      whole: exactly(whole, 2 * rows),
      signs: exactly(signs, rows),
      keys,
    }),
  };
}

/** Hash of all tokens and signs of a text in their order, as two halves. */
export function wholeText({ low, high, count, signs }: TokenHashes): [low: number, high: number] {
  return [(wholeHash(low, count, "low") ^ signs) >>> 0, (wholeHash(high, count, "high") ^ mixed(signs)) >>> 0];
}

/** One half of the hash of all tokens of a text in their order. */
export function wholeHash(hashes: Uint32Array, count: number, half: "low" | "high"): number {
  const factor = half === "low" ? 0x01000193 : 0xcc9e2d51;
  let sum = count;
  for (let index = 0; index < count; index++) sum = (Math.imul(sum, factor) + hashes[index]!) | 0;
  return mixed(sum);
}

function grown(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(length);
  wider.set(array);
  return wider;
}

/** The first so many numbers; rows after the last that was added have zeros. */
function exactly(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array {
  return length <= array.length ? array.subarray(0, length) : grown(array, length);
}

import { comparedText, textTokens } from "../duplicates/text-tokens.ts";
import type { RowFields } from "../../domain/dataset-profile.ts";
import { hashIndex } from "../rows/hash-index.ts";
import { lshShape } from "../kernels/lsh-shape.ts";
import { onePermutation } from "../kernels/one-permutation.ts";
import { distinct, hashShingles, shingleHashes } from "../kernels/shingle-hashes.ts";
import { mixed } from "../kernels/token-hashes.ts";

/** Number of values of a sketch. */
export const BINS = 64;

/** Bytes of a sketch: a hash of the whole text, a flag for values, then 16 bits of each value. */
export const SKETCH_BYTES = 10 + 2 * BINS;
const AT_VALUES = 10;

/**
 * Minimum number of distinct shingles for a text to have values: with fewer, no different text reaches the threshold,
 * and 16 bits per value would not distinguish a million texts.
 */
const FEWEST_SHINGLES = 4;

/** Tokens of a shingle, as in `data dedup`. */
const SHINGLE_TOKENS = 5;

/** Jaccard similarity of 5-token shingles from which two rows are near-duplicates. */
const THRESHOLD = 0.8;

/**
 * Minimum number of common values of two sketches. An estimate from 64 values has a standard error of .05 at the
 * threshold, so this is two standard errors below it: of pairs at the threshold, one in fifty is missed; some pairs
 * slightly below it are joined, which only makes a group larger.
 */
const SHARED_VALUES = Math.ceil((THRESHOLD - 0.1) * BINS);

/** Maximum number of candidates that a row is compared with in one band: further rows share a template. */
const COMPARED = 512;

/** Sketches the texts of rows in sequence. */
export type NearSketcher = (
  fields: Readonly<Record<string, unknown>>,
  named: RowFields | undefined,
) => Uint8Array | undefined;

/** A sketcher. It returns undefined for a row without a word. */
export function nearSketcher(): NearSketcher {
  const tokens = textTokens();
  const shingles = shingleHashes();
  const signature = new Uint32Array(BINS);
  return (fields, named) => {
    const text = comparedText(fields, named);
    const found = text === undefined ? undefined : tokens.ofWords(text);
    if (found === undefined || found.count === 0) return undefined;
    const sketch = new Uint8Array(SKETCH_BYTES);
    const view = new DataView(sketch.buffer);
    let [high, low] = [found.count, found.count];
    for (let index = 0; index < found.count; index++) {
      high = mixed(Math.imul(high, 0xcc9e2d51) ^ found.high[index]!);
      low = mixed(Math.imul(low, 0x01000193) ^ found.low[index]!);
    }
    view.setUint32(0, high);
    view.setUint32(4, low | 1); // never zero: that is a row without a word
    hashShingles(found, SHINGLE_TOKENS, shingles);
    distinct(shingles);
    if (shingles.count < FEWEST_SHINGLES) return sketch;
    onePermutation(shingles.low, shingles.count, signature);
    view.setUint16(8, 1);
    for (let bin = 0; bin < BINS; bin++) view.setUint16(AT_VALUES + 2 * bin, signature[bin]! & 0xffff);
    return sketch;
  };
}

/** Sketches of rows in one buffer, each at the position of its row. */
export type NearSketches = { count: number; records: DataView; width: number; at: number };

/**
 * Finds near-duplicates by their sketches: for each row, the number, from 1, of the first row to which it is joined
 * directly or through others; 0 for a row without a word. Equal texts are joined in one step; others if they share a
 * band of their sketches and enough values.
 */
export function nearRows(sketches: NearSketches): Uint32Array {
  const { count, records, width, at: position } = sketches;
  const parents = Uint32Array.from({ length: count }, (_, row) => row);
  const rootOf = (row: number): number => {
    let root = row;
    while (parents[root] !== root) root = parents[root]!;
    for (let value = row; parents[value] !== root;) [value, parents[value]] = [parents[value]!, root];
    return root;
  };
  const join = (a: number, b: number): void => {
    const [one, other] = [rootOf(a), rootOf(b)];
    parents[Math.max(one, other)] = Math.min(one, other);
  };
  const hasWords = (row: number): boolean => records.getUint32(row * width + position + 4) !== 0;
  const firsts: number[] = [];
  const seen = hashIndex();
  for (let row = 0; row < count; row++) {
    if (!hasWords(row)) continue;
    const place = row * width + position;
    const before = seen.firstPlace(records.getUint32(place), records.getUint32(place + 4), row + 1);
    if (before !== undefined) join(before - 1, row);
    else if (records.getUint16(place + 8) === 1) firsts.push(row);
  }
  const shape = lshShape(THRESHOLD, { bins: BINS, recall: 0.999 });
  const entries = new BigUint64Array(firsts.length);
  const halves = new Uint32Array(entries.buffer);
  for (let band = 0; band < shape.bands; band++) {
    for (const [index, row] of firsts.entries()) {
      halves[2 * index] = row;
      halves[2 * index + 1] = bandKey(sketches, row, { first: band * shape.rows, values: shape.rows });
    }
    entries.sort();
    eachRun(halves, (from, to) => {
      for (let one = from + 1; one < to; one++) {
        for (let other = one - 1; other >= Math.max(from, one - COMPARED); other--) {
          const [a, b] = [halves[2 * one]!, halves[2 * other]!];
          if (rootOf(a) !== rootOf(b) && isNear(sketches, a, b)) join(a, b);
        }
      }
    });
  }
  return Uint32Array.from({ length: count }, (_, row) => (hasWords(row) ? rootOf(row) + 1 : 0));
}

/** Key of some values of a row's sketch. */
export function bandKey(
  { records, width, at: index }: NearSketches,
  row: number,
  band: { first: number; values: number },
): number {
  let key = 1;
  for (let value = band.first; value < band.first + band.values; value++) {
    key = mixed(Math.imul(key, 0x9e3779b1) ^ records.getUint16(row * width + index + AT_VALUES + 2 * value));
  }
  return key;
}

/** Calls back with the borders of each run of one key, counted in entries of `[row, key]`. */
export function eachRun(halves: Uint32Array, onRun: (from: number, to: number) => void): void {
  const count = halves.length / 2;
  for (let from = 0; from < count;) {
    let to = from + 1;
    while (to < count && halves[2 * to + 1] === halves[2 * from + 1]) to += 1;
    if (to - from > 1) onRun(from, to);
    from = to;
  }
}

function isNear(sketches: NearSketches, a: number, b: number): boolean {
  return sharedValues(sketches, a, b) >= SHARED_VALUES;
}

/** True for a row whose sketch has values because it has enough shingles. */
export function hasValues({ records, width, at: index }: NearSketches, row: number): boolean {
  return records.getUint16(row * width + index + 8) === 1;
}

/** Number of common values of two sketches, of 64, from which the similarity is estimated. */
export function sharedValues({ records, width, at: index }: NearSketches, a: number, b: number): number {
  const [one, other] = [a * width + index + AT_VALUES, b * width + index + AT_VALUES];
  let shared = 0;
  for (let value = 0; value < 2 * BINS; value += 2) {
    if (records.getUint16(one + value) === records.getUint16(other + value)) shared += 1;
  }
  return shared;
}

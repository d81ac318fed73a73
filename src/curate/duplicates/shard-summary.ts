import type { DuplicatesOptions } from "../../domain/dedup.ts";
import { keyBlock } from "../kernels/key-list.ts";
import type { Shingles } from "../kernels/shared-shingles.ts";
import { distinct, shingleHashes } from "../kernels/shingle-hashes.ts";
import { numberList } from "../number-list.ts";
import type { CuratedRow } from "../stage.ts";
import { candidateKeys } from "./candidate-keys.ts";
import { keeperValue } from "./keeper-order.ts";
import { packArrays, packTexts, unpackArrays, unpackTexts } from "./pack-arrays.ts";
import { sketcher } from "./sketches.ts";
import { comparedText, textTokens } from "./text-tokens.ts";

/** What is known of the rows of one shard before all are decided on. Rows are numbered from 0 within it. */
export type ShardSummary = {
  tokens: Uint32Array;
  whole: Uint32Array;
  /** Keys of each row, and all keys in the order of the rows. */
  keyCounts: Uint32Array;
  keys: Uint32Array;
  /** What the keeper policy goes by: a value of a field, or the place of the source; empty for other policies. */
  values: Float64Array;
  /** Ids of the rows; read anew each time. */
  ids: () => string[];
  /** Names of sources, and which of them each row is from. */
  sources: () => string[];
  sourceOf: Uint32Array;
};

/** Part of a summary with the shingles, which only rows that may be alike are read for. */
export const SHINGLES_PART = 1;

/** Bytes of a shingle. */
export const SHINGLE_BYTES = 5;

/**
 * Sketches the rows of a shard, 40 bytes a row and 4 a key; and in a second part keeps the hashes of their distinct
 * shingles, about 5 bytes a word: of each 40 bits, so that two texts of 200 words share one by chance with odds of 4 in
 * 10^8. It is empty where nothing is verified.
 */
export async function summariseShard(rows: readonly CuratedRow[], options: DuplicatesOptions): Promise<Uint8Array[]> {
  const { threshold, verify, textField } = options;
  const named = textField === undefined ? undefined : { text: textField };
  const isCompared = threshold < 1;
  const sketching = sketcher(isCompared ? candidateKeys(threshold, { isVerified: verify }) : undefined);
  const tokens = textTokens();
  const starts = new Uint32Array(rows.length + 1);
  const [low, high] = [numberList(), numberList()];
  for (const [row, { fields }] of rows.entries()) {
    const text = comparedText(fields, named);
    const hashes = text === undefined ? undefined : tokens.ofText(text);
    const shingles = hashes === undefined ? shingleHashes() : sketching.add(row, hashes);
    const count = isCompared && verify && hashes !== undefined ? shingles.count : 0;
    if (count > 0) {
      distinct(shingles);
      low.append(shingles.low.subarray(0, shingles.count));
      high.append(shingles.high.subarray(0, shingles.count)); // of which a byte is kept
    }
    starts[row + 1] = starts[row]! + (count > 0 ? shingles.count : 0);
  }
  const sketches = sketching.sketches(rows.length);
  const { counts, keys } = await keyBlock(sketches.keys, rows.length);
  const sources = [...new Set(rows.map(({ source }) => source))];
  const known = packArrays([
    sketches.tokens,
    sketches.whole,
    counts,
    keys,
    Float64Array.from(valuesOf(rows, options)),
    packTexts(rows.map(({ id }) => id)),
    packTexts(sources),
    Uint32Array.from(rows, ({ source }) => sources.indexOf(source)),
  ]);
  return [known, packArrays([starts, low.values(), Uint8Array.from(high.values())])];
}

/** Reads the first part of a summary. */
export function readSummary(bytes: Uint8Array): ShardSummary {
  const [tokens, whole, keyCounts, keys, values, ids, sources, sourceOf] = unpackArrays(bytes);
  return {
    tokens: tokens as Uint32Array,
    whole: whole as Uint32Array,
    keyCounts: keyCounts as Uint32Array,
    keys: keys as Uint32Array,
    values: values as Float64Array,
    ids: () => unpackTexts(ids!),
    sources: () => unpackTexts(sources!),
    sourceOf: sourceOf as Uint32Array,
  };
}

/** Reads the shingles of a shard: those of each row. */
export function readShingles(bytes: Uint8Array): (row: number) => Shingles {
  const [starts, low, high] = unpackArrays(bytes);
  return (row) => ({
    low: low as Uint32Array,
    high: high as Uint8Array,
    start: starts![row]!,
    count: starts![row + 1]! - starts![row]!,
  });
}

function valuesOf(rows: readonly CuratedRow[], { keep, by, sources = [] }: DuplicatesOptions): number[] {
  if (keep === "best" || keep === "oldest") return rows.map(({ fields }) => keeperValue(fields[by ?? ""], keep));
  if (keep !== "source") return [];
  return rows.map(({ source }) => (sources.includes(source) ? sources.indexOf(source) : sources.length));
}

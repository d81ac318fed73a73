import type { DuplicatesOptions } from "../../domain/dedup.ts";
import { keyBlock } from "../kernels/key-list.ts";
import type { Shingles } from "../kernels/shared-shingles.ts";
import { rowName } from "../rows/row-name.ts";
import type { CuratedRow } from "../stage.ts";
import { keeperValue } from "./keeper-order.ts";
import { packArrays, packTexts, unpackArrays, unpackTexts } from "./pack-arrays.ts";
import type { Paragraphs } from "./paragraph-rows.ts";
import { rowSketcher } from "./row-sketcher.ts";
import type { RowSketches } from "./sketches.ts";

/** Data of the rows of one shard for the decision. Rows are numbered from 0 within the shard. */
export type ShardSummary = RowSketches & {
  /** Number of keys of each row, and all keys in the order of the rows. */
  keyCounts: Uint32Array;
  keys: Uint32Array;
  /** Value used by the keeper policy: a value of a field, or the rank of the source; empty for other policies. */
  values: Float64Array;
  /** Names of sources, and the source of each row. */
  sources: () => string[];
  sourceOf: Uint32Array;
  /** Line of each row in its source, from 1. */
  lines: Uint32Array;
  /** SimHashes, low and high half in turn; empty for other methods. */
  hashes: Uint32Array;
};

/** Part of a summary with the details; read only for shards with candidate rows. */
export const DETAILS_PART = 1;

/** Bytes of a shingle. */
export const SHINGLE_BYTES = 5;

/**
 * Sketches the rows of a shard: 76 bytes per row and 4 per key. Stores their details in a second part: about 5 bytes
 * per word, or their vectors, or the hashes of their paragraphs.
 */
export async function summariseShard(rows: readonly CuratedRow[], options: DuplicatesOptions): Promise<Uint8Array[]> {
  const { sketching, add, hashes, details } = rowSketcher(options);
  for (const [row, curatedRow] of rows.entries()) add(row, curatedRow);
  const sketches = sketching.sketches(rows.length);
  const { counts, keys } = await keyBlock(sketches.keys, rows.length);
  const sources = [...new Set(rows.map(({ source }) => source))];
  const known = packArrays([
    sketches.tokens,
    sketches.whole,
    sketches.signs,
    counts,
    keys,
    Float64Array.from(valuesOf(rows, options)),
    packTexts(sources),
    Uint32Array.from(rows, ({ source }) => sources.indexOf(source)),
    hashes(rows.length),
    sketches.facts,
    sketches.prompts,
    sketches.shortAnswers,
    sketches.written,
    sketches.marks,
    Uint32Array.from(rows, ({ line }) => line),
  ]);
  return [known, details()];
}

/** Reads the first part of a summary. */
export function readSummary(bytes: Uint8Array): ShardSummary {
  const [
    tokens,
    whole,
    signs,
    keyCounts,
    keys,
    values,
    sources,
    sourceOf,
    hashes,
    facts,
    prompts,
    shortAnswers,
    written,
    marks,
    lines,
  ] = unpackArrays(bytes);
  return {
    written: written as Uint32Array,
    marks: marks as Uint32Array,
    facts: facts as Uint32Array,
    prompts: prompts as Uint32Array,
    shortAnswers: shortAnswers as Uint32Array,
    tokens: tokens as Uint32Array,
    whole: whole as Uint32Array,
    signs: signs as Uint32Array,
    keyCounts: keyCounts as Uint32Array,
    keys: keys as Uint32Array,
    values: values as Float64Array,
    sources: () => unpackTexts(sources!),
    sourceOf: sourceOf as Uint32Array,
    lines: lines as Uint32Array,
    hashes: hashes as Uint32Array,
  };
}

/** Line and source of each row of a shard. */
export function rowNames({ sources, sourceOf, lines }: ShardSummary): string[] {
  const names = sources();
  return Array.from(lines, (line, row) => rowName({ source: names[sourceOf[row]!]!, line }));
}

/** Reads the shingles of each row of a shard. */
export function readShingles(bytes: Uint8Array): (row: number) => Shingles {
  const [starts, low, high] = unpackArrays(bytes);
  return (row) => ({
    low: low as Uint32Array,
    high: high as Uint8Array,
    start: starts![row]!,
    count: starts![row + 1]! - starts![row]!,
  });
}

/** Reads the vectors of a shard, all of equal length. */
export function readVectors(bytes: Uint8Array, rows: number): (row: number) => Float32Array {
  const [bits] = unpackArrays(bytes);
  const all = new Float32Array(bits!.buffer as ArrayBuffer, bits!.byteOffset, bits!.length);
  const length = all.length / rows;
  return (row) => all.subarray(row * length, (row + 1) * length);
}

/** Reads the paragraphs of each row of a shard. */
export function readParagraphs(bytes: Uint8Array): (row: number) => Paragraphs {
  const [starts, words, high, low, counts] = unpackArrays(bytes) as Uint32Array[];
  return (row) => {
    const [from, to] = [starts![row]!, starts![row + 1]!];
    const part = (list: Uint32Array | undefined): Uint32Array => list!.subarray(from, to);
    return { words: words![row]!, high: part(high), low: part(low), counts: part(counts) };
  };
}

function valuesOf(rows: readonly CuratedRow[], { keep, by, sources = [] }: DuplicatesOptions): number[] {
  if (keep === "best" || keep === "oldest") return rows.map(({ fields }) => keeperValue(fields[by ?? ""], keep));
  if (keep !== "source") return [];
  return rows.map(({ source }) => (sources.includes(source) ? sources.indexOf(source) : sources.length));
}

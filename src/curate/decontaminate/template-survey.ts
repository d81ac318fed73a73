import type { ItemPart } from "../../domain/decontaminate.ts";
import type { CuratedRow } from "../stage.ts";
import type { Benchmark } from "./benchmark.ts";
import type { Decontaminator } from "./decontaminator.ts";
import { type ItemWords, itemWords, rowWords, wordsFound } from "./template-evidence.ts";

/** A decontaminator, and the texts that it searches for. */
export type DecontaminateSetup = {
  hitsOf: Decontaminator;
  benchmarks: readonly Benchmark[];
  /** Fields to search; default: every text of a row. */
  textFields?: readonly string[] | undefined;
};

/** A hit that may be only of a template: its row in the shard, its item, and what the row has of the item's words. */
export type Candidate = {
  row: number;
  benchmark: number;
  item: number;
  part: ItemPart;
  /** Words of the item in common runs, and words that are anywhere in the row: see `unpacked`. */
  runs: string;
  words: string;
  /** Hash of the words that only the prompt of the row has; 0 if there are too few. */
  own: number;
};

/** The hits of a shard. */
export type ShardHits = {
  /** Number of rows. */
  rows: number;
  /** Each row with hits, and the number of its hits that no verdict keeps. */
  hits: (readonly [row: number, count: number])[];
  candidates: Candidate[];
};

/** Methods that compare more than common words, or that found a complete text. */
const CERTAIN: ReadonlySet<string> = new Set(["whole", "judge", "embedding"]);

/** Finds the hits of a shard. */
export function surveyHits(
  rows: readonly CuratedRow[],
  { hitsOf, benchmarks, textFields }: DecontaminateSetup,
): ShardHits {
  const numbers = new Map(benchmarks.map(({ name }, index) => [name, index]));
  const wordsOf = wordsOfItems(benchmarks);
  const found: ShardHits = { rows: rows.length, hits: [], candidates: [] };
  for (const [row, { fields }] of rows.entries()) {
    const hits = hitsOf(fields);
    if (hits.length === 0) continue;
    found.hits.push([row, hits.filter(({ verdict }) => verdict !== "keep").length]);
    const open = hits.filter(({ method, verdict }) => verdict === undefined && !CERTAIN.has(method));
    if (open.length === 0) continue;
    const inRow = rowWords(fields, textFields);
    for (const { against, item, part } of open) {
      const place = { benchmark: numbers.get(against)!, item, part };
      const { runs, words, own } = wordsFound(wordsOf(place), inRow);
      found.candidates.push({ row, ...place, runs: packed(runs), words: packed(words), own });
    }
  }
  return found;
}

/** Place of a text in the benchmarks. */
export type ItemPlace = Pick<Candidate, "benchmark" | "item" | "part">;

/** The words of the items of benchmarks, read on first use. */
export function wordsOfItems(benchmarks: readonly Benchmark[]): (place: ItemPlace) => ItemWords {
  const known = new Map<string, ItemWords>();
  return (place) => {
    const key = placeKey(place);
    const words = known.get(key) ?? itemWords(textAt(benchmarks, place));
    known.set(key, words);
    return words;
  };
}

/** Key of a text. */
export function placeKey({ benchmark, item, part }: ItemPlace): string {
  return `${benchmark}:${item}:${part}`;
}

function textAt(benchmarks: readonly Benchmark[], { benchmark, item, part }: ItemPlace): string {
  return benchmarks[benchmark]!.items[item]!.filter(({ kind }) => part === "item" || kind === part)
    .map(({ text }) => text)
    .join("\n");
}

/** Marks of words as text: six bits a character. */
function packed(marks: Uint8Array): string {
  const bytes = new Uint8Array(Math.ceil(marks.length / 8));
  for (const [index, mark] of marks.entries()) bytes[index >> 3]! |= mark << (index & 7);
  return Buffer.from(bytes).toString("base64");
}

/** The marks of a text of so many words. */
export function unpacked(text: string, length: number): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  return Uint8Array.from({ length }, (_none, index) => (bytes[index >> 3]! >> (index & 7)) & 1);
}

import { Failure } from "../../base/failure.ts";
import type { DuplicatesOptions } from "../../domain/dedup.ts";
import type { Shingles } from "../kernels/shared-shingles.ts";
import type { Summaries } from "../stage.ts";
import type { Details } from "./compare-blocks.ts";
import { type Drops, findDrops } from "./find-drops.ts";
import type { Gathered } from "./gather-summaries.ts";
import { paragraphRows } from "./paragraph-rows.ts";
import { DETAILS_PART, readParagraphs, readShingles, readVectors, SHINGLE_BYTES } from "./shard-summary.ts";
import { jaccardComparison, mostShingles, shingleStore } from "./shingle-store.ts";
import { simHashRows } from "./sim-hash-rows.ts";
import { SHINGLE_TOKENS } from "./row-tokens.ts";
import { differsByAnswers, differsBySymbols } from "./symbol-differences.ts";
import { cosineComparison } from "./vector-rows.ts";

/** Memory limits. The decision does not depend on them. */
export type DecideLimits = {
  /** Bytes of shingles or vectors. */
  budgetBytes: number;
  /** Keys sorted at once. */
  keysAtOnce?: number | undefined;
};

/** Decides which rows are dropped, by the selected method. */
export async function methodDrops(
  summaries: Summaries,
  gathered: Gathered,
  { options, order, limits }: { options: DuplicatesOptions; order: Uint32Array | undefined; limits: DecideLimits },
): Promise<Drops> {
  const search = { order, keysAtOnce: limits.keysAtOnce };
  const isVerified = options.method === "near" && options.verify;
  const areDifferent = differsBySymbols(gathered, { threshold: options.threshold, isVerified });
  switch (options.method) {
    case "paragraphs": {
      const { add, drops } = paragraphRows(options.threshold);
      for (let shard = 0; shard < summaries.count; shard++) {
        const paragraphsOf = readParagraphs(await summaries.load(shard, DETAILS_PART));
        const first = gathered.firsts[shard]!;
        for (let row = first; row < gathered.firsts[shard + 1]!; row++) add(row, paragraphsOf(row - first));
      }
      return drops(gathered.tokens.length);
    }
    case "simhash": {
      const { match, setHashes } = simHashRows(options.distance);
      setHashes(gathered.hashes);
      return findDrops(gathered, { ...search, areDifferent, match });
    }
    case "vectors":
      return findDrops(gathered, {
        ...search,
        areDifferent: differsByAnswers(gathered),
        details: await vectorDetails(summaries, gathered, { options, limits }),
      });
    default: {
      const details: Details<Shingles> = {
        budgetBytes: limits.budgetBytes,
        bytesOf: (row) => SHINGLE_BYTES * mostShingles(gathered.tokens[row]!, SHINGLE_TOKENS),
        load: (rows) => loadShingles(summaries, rows, gathered),
        comparison: () => jaccardComparison(options.threshold),
      };
      return findDrops(gathered, { ...search, areDifferent, details: options.verify ? details : undefined });
    }
  }
}

/** Reads the shards that contain any of the rows. */
async function loadShingles(
  summaries: Summaries,
  rows: Uint32Array,
  { firsts, tokens }: Pick<Gathered, "firsts" | "tokens">,
): Promise<(row: number) => Shingles> {
  const shingles = rows.reduce((sum, row) => sum + mostShingles(tokens[row]!, SHINGLE_TOKENS), 0);
  const store = shingleStore({ rows, shingles, high: new Uint8Array(shingles) });
  await eachShard(summaries, rows, {
    firsts,
    take: (bytes, { own, first }) => {
      const shinglesOf = readShingles(bytes);
      for (const row of own) store.add(row, shinglesOf(row - first));
    },
  });
  return store.of;
}

/** Vectors; all shards must have the same length of vector. */
async function vectorDetails(
  summaries: Summaries,
  { firsts }: Gathered,
  { options, limits }: { options: DuplicatesOptions; limits: DecideLimits },
): Promise<Details<Float32Array>> {
  let length = 0;
  for (let shard = 0; shard < summaries.count; shard++) {
    const rows = firsts[shard + 1]! - firsts[shard]!;
    if (rows === 0) continue;
    const own = readVectors(await summaries.load(shard, DETAILS_PART), rows)(0).length;
    if (length !== 0 && own !== length) {
      throw new Failure("bad_input", `${options.vectorField} has vectors of ${length} and of ${own} numbers`, {
        hint: "all vectors must come from one model",
      });
    }
    length = own;
  }
  return {
    budgetBytes: limits.budgetBytes,
    bytesOf: () => 4 * length,
    load: async (rows) => {
      const all = new Float32Array(rows.length * length);
      let position = 0;
      await eachShard(summaries, rows, {
        firsts,
        take: (bytes, { own, first, count }) => {
          const vectorOf = readVectors(bytes, count);
          for (const row of own) all.set(vectorOf(row - first), length * position++);
        },
      });
      const places = new Map(Array.from(rows, (row, place) => [row, place]));
      return (row) => all.subarray(length * places.get(row)!, length * (places.get(row)! + 1));
    },
    comparison: () => cosineComparison(options.threshold),
  };
}

/** Some rows of a shard; its first row overall, and its number of rows. */
type ShardRows = { own: Uint32Array; first: number; count: number };

/** Reads the details of each shard that contains any of the rows, given in ascending order. */
async function eachShard(
  { load }: Summaries,
  rows: Uint32Array,
  { firsts, take }: { firsts: Uint32Array; take: (bytes: Uint8Array, shardRows: ShardRows) => void },
): Promise<void> {
  for (let [shard, index] = [0, 0]; index < rows.length; shard++) {
    const from = index;
    while (index < rows.length && rows[index]! < firsts[shard + 1]!) index += 1;
    if (index === from) continue;
    const first = firsts[shard]!;
    take(await load(shard, DETAILS_PART), {
      own: rows.subarray(from, index),
      first,
      count: firsts[shard + 1]! - first,
    });
  }
}

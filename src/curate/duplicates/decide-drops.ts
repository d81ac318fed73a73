import type { DuplicatesOptions } from "../../domain/dedup.ts";
import type { RowKeys } from "../kernels/key-list.ts";
import type { Shingles } from "../kernels/shared-shingles.ts";
import type { Summaries } from "../stage.ts";
import type { Details } from "./compare-blocks.ts";
import { dedupFindings, largestCrowd, type SourceCounts } from "./dedup-findings.ts";
import { packDrops } from "./drop-decision.ts";
import { type Drops, findDrops } from "./find-drops.ts";
import { keeperOrder } from "./keeper-order.ts";
import { readShingles, readSummary, SHINGLE_BYTES, SHINGLES_PART } from "./shard-summary.ts";
import { jaccardComparison, mostShingles, shingleStore } from "./shingle-store.ts";
import { SHINGLE_TOKENS } from "./sketches.ts";
import { spareCrowds } from "./spare-crowds.ts";

/** How much is held at once. What is decided does not depend on it. */
export type DecideLimits = {
  /** Bytes of shingles. */
  budgetBytes: number;
  /** Keys that are sorted at once. */
  keysAtOnce?: number | undefined;
};

const LIMITS: DecideLimits = { budgetBytes: 512 * 2 ** 20 };

/** What is held of all rows, and where each shard begins among them. */
type Gathered = { firsts: Uint32Array; tokens: Uint32Array; whole: Uint32Array; values: Float64Array; keys: number };

/**
 * Decides over the summaries of all shards which rows go. They are read several times, one at a time. Memory: some 60
 * bytes a row, 12 for each key that rows share, and half a gigabyte of shingles.
 */
export async function decideDrops(
  summaries: Summaries,
  options: DuplicatesOptions,
  { budgetBytes, keysAtOnce }: DecideLimits = LIMITS,
): Promise<Uint8Array> {
  const { firsts, tokens, whole, values, keys: total } = await gather(summaries);
  const order = keeperOrder(options, { tokens, values, sourceRanks: values });
  const keys: RowKeys = {
    total: () => total,
    each: async (take) => {
      for (let shard = 0; shard < summaries.count; shard++) {
        const { keyCounts, keys: own } = readSummary(await summaries.load(shard));
        take({ firstRow: firsts[shard]!, counts: keyCounts, keys: own });
      }
    },
  };
  const details: Details<Shingles> = {
    budgetBytes,
    bytesOf: (row) => SHINGLE_BYTES * mostShingles(tokens[row]!, SHINGLE_TOKENS),
    load: (rows) => loadShingles(summaries, rows, { firsts, tokens }),
    comparison: () => jaccardComparison(options.threshold),
  };
  const sketches = { tokens, whole, keys };
  const drops = await findDrops(sketches, { order, keysAtOnce, details: options.verify ? details : undefined });
  const spared = spareCrowds(sketches, drops, { cap: options.clusterCap, order });
  const idsOf = async (shard: number): Promise<string[]> => readSummary(await summaries.load(shard)).ids();
  const crowd = largestCrowd(spared);
  const facts = {
    sources: await sourceCounts(summaries, firsts, drops),
    crowd: crowd && { ...crowd, name: `row ${await idAt(crowd.keeper, firsts, idsOf)}` },
    crowdedRows: drops.crowdedRows,
    withoutWords: tokens.reduce((sum, count) => sum + (count === 0 ? 1 : 0), 0),
  };
  return packDrops(drops, { whole, firsts, idsOf, spared, findings: dedupFindings(facts, options) });
}

async function idAt(row: number, firsts: Uint32Array, idsOf: (shard: number) => Promise<string[]>): Promise<string> {
  const shard = firsts.findLastIndex((first) => first <= row);
  return (await idsOf(shard))[row - firsts[shard]!]!;
}

/** Rows of each source, and how many of them go. */
async function sourceCounts(
  { count, load }: Summaries,
  firsts: Uint32Array,
  { keeper }: Drops,
): Promise<SourceCounts[]> {
  const all = new Map<string, SourceCounts>();
  for (let shard = 0; shard < count; shard++) {
    const { sources, sourceOf } = readSummary(await load(shard));
    const counts = sources().map((name) => {
      const known = all.get(name) ?? { name, rows: 0, dropped: 0 };
      all.set(name, known);
      return known;
    });
    for (const [index, source] of sourceOf.entries()) {
      const row = firsts[shard]! + index;
      counts[source]!.rows += 1;
      if (keeper[row] !== row) counts[source]!.dropped += 1;
    }
  }
  return [...all.values()];
}

async function gather({ count, load }: Summaries): Promise<Gathered> {
  const firsts = new Uint32Array(count + 1);
  let [keys, hasValues] = [0, false];
  for (let shard = 0; shard < count; shard++) {
    const summary = readSummary(await load(shard));
    firsts[shard + 1] = firsts[shard]! + summary.tokens.length;
    keys += summary.keys.length;
    hasValues ||= summary.values.length > 0;
  }
  const rows = firsts[count]!;
  const all = {
    firsts,
    tokens: new Uint32Array(rows),
    whole: new Uint32Array(2 * rows),
    values: new Float64Array(hasValues ? rows : 0),
    keys,
  };
  for (let shard = 0; shard < count; shard++) {
    const { tokens, whole, values } = readSummary(await load(shard));
    all.tokens.set(tokens, firsts[shard]);
    all.whole.set(whole, 2 * firsts[shard]!);
    if (hasValues) all.values.set(values, firsts[shard]);
  }
  return all;
}

/** Reads the shards that have any of the rows. */
async function loadShingles(
  { load }: Summaries,
  rows: Uint32Array,
  { firsts, tokens }: Pick<Gathered, "firsts" | "tokens">,
): Promise<(row: number) => Shingles> {
  const shingles = rows.reduce((sum, row) => sum + mostShingles(tokens[row]!, SHINGLE_TOKENS), 0);
  const store = shingleStore({ rows, shingles, high: new Uint8Array(shingles) });
  for (let [shard, at] = [0, 0]; at < rows.length; shard++) {
    if (rows[at]! >= firsts[shard + 1]!) continue;
    const of = readShingles(await load(shard, SHINGLES_PART));
    for (; at < rows.length && rows[at]! < firsts[shard + 1]!; at++)
      store.add(rows[at]!, of(rows[at]! - firsts[shard]!));
  }
  return store.of;
}

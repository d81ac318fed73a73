import type { DuplicatesOptions } from "../../domain/dedup.ts";
import { keyList } from "../kernels/key-list.ts";
import type { DatasetStage, DroppedRow, RowNote } from "../stage.ts";
import { type DropDecision, packDrops, readDrops } from "./drop-decision.ts";
import { findDrops } from "./find-drops.ts";
import { keeperOrder } from "./keeper-order.ts";
import { readSummary, type ShardSummary, summariseShard } from "./shard-summary.ts";
import type { ShingleStore } from "./shingle-store.ts";

/**
 * Drops rows that say the same as a row that stays: `exact-duplicate` word for word, `near-duplicate` by the Jaccard
 * similarity of their shingles. The detail names the row that stays; that row has a note with how many went for it.
 *
 * The same rows go as `findDuplicates` drops. A summary takes 5 bytes a word, and all are held while it is decided.
 */
export const duplicatesStage: DatasetStage<DuplicatesOptions> = {
  kind: "dataset",
  name: "dedup",
  version: 1,
  summarise: summariseShard,
  decide: async ({ count, load }, options) => {
    const shards: ShardSummary[] = [];
    for (let shard = 0; shard < count; shard++) shards.push(readSummary(await load(shard)));
    return decide(shards, options);
  },
  run: (rows, _options, { decision, firstRow }) => {
    const { dropped: drops, kept: keepers } = readDrops(decision, { firstRow, rows: rows.length });
    const dropped: DroppedRow[] = [];
    const notes: RowNote[] = [];
    const kept = rows.filter((row, index) => {
      const drop = drops.get(firstRow + index);
      const count = keepers.get(firstRow + index);
      if (count !== undefined) notes.push({ id: row.id, note: { duplicates: count } });
      if (drop !== undefined) dropped.push({ row, ...reasonOf(drop) });
      return drop === undefined;
    });
    return { kept, dropped, notes };
  },
};

function reasonOf({ keeperId, jaccard, isExact }: DropDecision): { reason: string; detail: string } {
  if (isExact) return { reason: "exact-duplicate", detail: `the same words as ${keeperId}` };
  const similarity = Number.isNaN(jaccard) ? "by sketches alone" : `Jaccard similarity ${jaccard.toFixed(3)}`;
  return { reason: "near-duplicate", detail: `like ${keeperId}, ${similarity}` };
}

async function decide(shards: readonly ShardSummary[], options: DuplicatesOptions): Promise<Uint8Array> {
  const firsts: number[] = [];
  let rows = 0;
  for (const { tokens } of shards) {
    firsts.push(rows);
    rows += tokens.length;
  }
  const tokens = joined(shards.map((shard) => shard.tokens));
  const keys = keyList();
  for (const [shard, { keys: own }] of shards.entries()) {
    for (let at = 0; at < own.length; at += 2) keys.add(own[at + 1]!, firsts[shard]! + own[at]!);
  }
  const values = Float64Array.from(shards.flatMap((shard) => [...shard.values]));
  const order = keeperOrder(options, { tokens, values, sourceRanks: Uint32Array.from(values) });
  const sketches = { tokens, whole: joined(shards.map((shard) => shard.whole)), keys };
  const drops = await findDrops(sketches, {
    threshold: options.threshold,
    isVerified: options.verify,
    order,
    loadShingles: () => storeOf(shards, firsts),
  });
  return packDrops(drops, {
    whole: sketches.whole,
    idOf: (row) => {
      const shard = firsts.findLastIndex((first) => first <= row);
      return shards[shard]!.ids[row - firsts[shard]!]!;
    },
  });
}

/** The shingles as they lie in the summaries. */
function storeOf(shards: readonly ShardSummary[], firsts: readonly number[]): ShingleStore {
  return {
    add: () => undefined,
    of: (row) => {
      let shard = firsts.length - 1;
      for (let [low, high] = [0, shard]; low <= high;) {
        const middle = (low + high) >> 1;
        if (firsts[middle]! <= row) [shard, low] = [middle, middle + 1];
        else high = middle - 1;
      }
      const { starts, low, high } = shards[shard]!;
      const index = row - firsts[shard]!;
      return { low, high, start: starts[index]!, count: starts[index + 1]! - starts[index]! };
    },
  };
}

function joined(arrays: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

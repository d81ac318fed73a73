import type { RowKeys } from "../kernels/key-list.ts";
import type { Summaries } from "../stage.ts";
import { readSummary } from "./shard-summary.ts";
import type { RowSketches } from "./sketches.ts";

/** Data of all rows in memory, and the first row of each shard. */
export type Gathered = RowSketches & {
  /** First row of each shard, and the number of all rows. */
  firsts: Uint32Array;
  /** Value used by the keeper policy; empty for other policies. */
  values: Float64Array;
  /** SimHashes; empty for other methods. */
  hashes: Uint32Array;
  /** Keys of all rows; they are read again each time. */
  keys: RowKeys;
};

/** Collects the data of all rows from the summaries, which are read twice, one at a time. */
export async function gatherSummaries({ count, load }: Summaries): Promise<Gathered> {
  const firsts = new Uint32Array(count + 1);
  let [total, hasValues, hasHashes] = [0, false, false];
  for (let shard = 0; shard < count; shard++) {
    const { tokens, keys, values, hashes } = readSummary(await load(shard));
    firsts[shard + 1] = firsts[shard]! + tokens.length;
    total += keys.length;
    hasValues ||= values.length > 0;
    hasHashes ||= hashes.length > 0;
  }
  const rows = firsts[count]!;
  const all = {
    tokens: new Uint32Array(rows),
    whole: new Uint32Array(2 * rows),
    signs: new Uint32Array(rows),
    written: new Uint32Array(rows),
    facts: new Uint32Array(rows),
    marks: new Uint32Array(rows),
    prompts: new Uint32Array(2 * rows),
    shortAnswers: new Uint32Array(rows),
    values: new Float64Array(hasValues ? rows : 0),
    hashes: new Uint32Array(hasHashes ? 2 * rows : 0),
  };
  for (let shard = 0; shard < count; shard++) {
    const { values, hashes, ...own } = readSummary(await load(shard));
    for (const name of ["tokens", "signs", "written", "facts", "marks", "shortAnswers"] as const)
      all[name].set(own[name], firsts[shard]);
    for (const name of ["whole", "prompts"] as const) all[name].set(own[name], 2 * firsts[shard]!);
    if (hasValues) all.values.set(values, firsts[shard]);
    if (hasHashes) all.hashes.set(hashes, 2 * firsts[shard]!);
  }
  const visit: RowKeys["each"] = async (take) => {
    for (let shard = 0; shard < count; shard++) {
      const { keyCounts, keys } = readSummary(await load(shard));
      take({ firstRow: firsts[shard]!, counts: keyCounts, keys });
    }
  };
  return { firsts, ...all, keys: { total: () => total, each: visit } };
}

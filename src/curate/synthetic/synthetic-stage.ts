import { createHash } from "node:crypto";

import { percent, whole } from "../../base/words.ts";
import type { SyntheticOptions } from "../../domain/synthetic-share.ts";
import type { CuratedRow, DatasetStage } from "../stage.ts";

/** Bytes of a row in a summary: 0 if it is not synthetic, otherwise a hash of its id that is not 0. */
const HASH_BYTES = 8;

/** Bytes before the bits of a decision: synthetic rows, other rows, dropped rows, limit. */
const HEAD_BYTES = 32;

/** Number of synthetic rows that are kept under a limit on their share, given the number of other rows. */
export function mostSynthetic(other: number, maxShare: number): number {
  return Math.floor((maxShare * other) / (1 - maxShare) + 1e-9);
}

/**
 * Drops synthetic rows beyond a share of all rows, reason `over-share`. A hash of the row's id decides which are kept,
 * so that the choice depends neither on the order of the rows nor on their text.
 */
export const syntheticStage: DatasetStage<SyntheticOptions> = {
  kind: "dataset",
  name: "synthetic",
  version: 1,
  summarise: (rows, { sources }) => {
    const named = new Set(sources);
    const summary = new Uint8Array(rows.length * HASH_BYTES);
    for (const [index, row] of rows.entries()) {
      if (isSynthetic(row, named)) summary.set(orderOf(row), index * HASH_BYTES);
    }
    return summary;
  },
  decide: async ({ count, load }, { maxShare }) => {
    const orders: bigint[] = [];
    for (let shard = 0; shard < count; shard++) {
      const summary = await load(shard);
      const view = new DataView(summary.buffer, summary.byteOffset, summary.length);
      for (let offset = 0; offset < summary.length; offset += HASH_BYTES) orders.push(view.getBigUint64(offset));
    }
    const synthetic = orders.filter((order) => order !== 0n).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const other = orders.length - synthetic.length;
    const most = mostSynthetic(other, maxShare);
    const last = most === 0 ? 0n : (synthetic[most - 1] ?? synthetic.at(-1) ?? 0n);
    const decision = new Uint8Array(HEAD_BYTES + Math.ceil(orders.length / 8));
    let dropped = 0;
    for (const [place, order] of orders.entries()) {
      if (order <= last) continue;
      decision[HEAD_BYTES + (place >> 3)]! |= 1 << (place & 7);
      dropped += 1;
    }
    const head = new DataView(decision.buffer);
    for (const [index, value] of [synthetic.length, other, dropped, maxShare].entries()) {
      head.setFloat64(index * 8, value);
    }
    return decision;
  },
  run: (rows, _options, { decision, firstRow }) => {
    const isDropped = (index: number): boolean => {
      const place = firstRow + index;
      return (decision[HEAD_BYTES + (place >> 3)]! & (1 << (place & 7))) !== 0;
    };
    const detail = wordsOf(decision);
    return {
      kept: rows.filter((_row, index) => !isDropped(index)),
      dropped: rows.filter((_row, index) => isDropped(index)).map((row) => ({ row, reason: "over-share", detail })),
      notes: [],
    };
  },
  findings: (decision) => {
    const { dropped } = headOf(decision);
    return dropped === 0 ? [] : [{ finding: "over-share", rows: dropped, detail: wordsOf(decision) }];
  },
};

function isSynthetic({ source, fields }: CuratedRow, named: ReadonlySet<string>): boolean {
  if (named.has(source)) return true;
  const [mark, model] = [fields["synthetic"], fields["generated_by"]];
  return (typeof mark === "object" && mark !== null) || mark === true || (typeof model === "string" && model !== "");
}

function orderOf({ id }: CuratedRow): Uint8Array {
  const order = createHash("sha256").update(id).digest().subarray(0, HASH_BYTES);
  return order.some((byte) => byte !== 0) ? order : order.fill(255);
}

function headOf(decision: Uint8Array): { synthetic: number; other: number; dropped: number; maxShare: number } {
  const view = new DataView(decision.buffer, decision.byteOffset, HEAD_BYTES);
  const [synthetic, other, dropped, maxShare] = [0, 8, 16, 24].map((offset) => view.getFloat64(offset));
  return { synthetic: synthetic!, other: other!, dropped: dropped!, maxShare: maxShare! };
}

function wordsOf(decision: Uint8Array): string {
  const { synthetic, other, dropped, maxShare } = headOf(decision);
  return `${whole(other)} other rows allow ${whole(synthetic - dropped)} of ${whole(synthetic)} synthetic ones at a share of ${percent(maxShare)}`;
}

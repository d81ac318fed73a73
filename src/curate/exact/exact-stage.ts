import { createHash } from "node:crypto";

import { canonicalJson } from "../../base/hash.ts";
import type { ExactOptions } from "../../domain/exact.ts";
import { hashIndex } from "../rows/hash-index.ts";
import { rowText } from "../rows/row-text.ts";
import type { CuratedRow, DatasetStage } from "../stage.ts";

/** Bytes of a row's hash. */
const HASH_BYTES = 8;

/**
 * Drops every row that trains the same texts by the same speakers as an earlier row, with the reason `repeated`: the
 * rows that `data inspect` counts as duplicates. Rows of an unknown format are compared as a whole.
 * A summary takes 8 bytes per row, the decision one bit. The probability that two different rows are taken for equal is
 * n²/2^65.
 */
export const exactStage: DatasetStage<ExactOptions> = {
  kind: "dataset",
  name: "exact",
  version: 1,
  summarise: (rows, options) => {
    const hashes = new Uint8Array(rows.length * HASH_BYTES);
    for (const [index, row] of rows.entries()) hashes.set(contentHash(row, options), index * HASH_BYTES);
    return hashes;
  },
  decide: async ({ count, load }) => {
    const hashes: Uint8Array[] = [];
    for (let shard = 0; shard < count; shard++) hashes.push(await load(shard));
    const total = hashes.reduce((sum, hash) => sum + hash.length / HASH_BYTES, 0);
    const repeated = new Uint8Array(Math.ceil(total / 8));
    const seen = hashIndex();
    let place = 0;
    for (const summary of hashes) {
      const view = new DataView(summary.buffer, summary.byteOffset, summary.length);
      for (let index = 0; index < summary.length; index += HASH_BYTES) {
        place += 1;
        const before = seen.firstPlace(view.getUint32(index), view.getUint32(index + 4), place);
        if (before !== undefined) repeated[(place - 1) >> 3]! |= 1 << ((place - 1) & 7);
      }
    }
    return repeated;
  },
  run: (rows, _options, { decision, firstRow }) => {
    const isRepeated = (index: number): boolean =>
      (decision[(firstRow + index) >> 3]! & (1 << ((firstRow + index) & 7))) !== 0;
    return {
      kept: rows.filter((_row, index) => !isRepeated(index)),
      dropped: rows.filter((_row, index) => isRepeated(index)).map((row) => ({ row, reason: "repeated" })),
      notes: [],
    };
  },
};

/** Hash of what a row trains: its texts and speakers, or the whole row if its format is unknown. */
export function contentHash({ fields }: Pick<CuratedRow, "fields">, { fields: named }: ExactOptions): Uint8Array {
  const text = rowText(fields, named);
  const content = text.problem === undefined ? [text.roles, ...text.pieces].join("\u0000") : canonicalJson(fields);
  return createHash("sha256").update(content).digest().subarray(0, HASH_BYTES);
}

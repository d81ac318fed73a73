import type { DuplicatesOptions } from "../../domain/dedup.ts";
import type { DatasetStage, DroppedRow, RowNote } from "../stage.ts";
import { decideDrops } from "./decide-drops.ts";
import { readDrops, readFindings } from "./drop-decision.ts";
import { dropReason } from "./drop-reason.ts";
import { summariseShard } from "./shard-summary.ts";

/**
 * Drops rows that say the same as a row that stays: `exact-duplicate` word for word, `near-duplicate` by the Jaccard
 * similarity of their shingles. The detail names the row that stays; that row has a note with how many went for it. Rows
 * of a cluster beyond the cap stay, each with a note of the row that it is like.
 *
 * The same rows go as `findDuplicates` drops, in bounded memory: see `decideDrops`. Summaries take 5 bytes a word on disk.
 */
export const duplicatesStage: DatasetStage<DuplicatesOptions> = {
  kind: "dataset",
  name: "dedup",
  version: 4,
  summarise: summariseShard,
  decide: (summaries, options) => decideDrops(summaries, options),
  findings: readFindings,
  run: (rows, { method }, { decision, firstRow }) => {
    const { dropped: drops, kept: keepers, spared } = readDrops(decision, { firstRow, rows: rows.length });
    const dropped: DroppedRow[] = [];
    const notes: RowNote[] = [];
    const kept = rows.filter((row, index) => {
      const drop = drops.get(firstRow + index);
      const count = keepers.get(firstRow + index);
      const like = spared.get(firstRow + index);
      if (count !== undefined || like !== undefined) {
        notes.push({
          id: row.id,
          note: { ...(count && { duplicates: count }), ...(like && { inLargeCluster: like }) },
        });
      }
      if (drop !== undefined) dropped.push({ row, ...dropReason({ ...drop, keeper: drop.keeperId }, method) });
      return drop === undefined;
    });
    return { kept, dropped, notes };
  },
};

import type { DuplicatesOptions } from "../../domain/dedup.ts";
import type { DatasetStage, DroppedRow, RowNote } from "../stage.ts";
import { decideDrops } from "./decide-drops.ts";
import { readDrops, readFindings } from "./drop-decision.ts";
import { dropReason } from "./drop-reason.ts";
import { summariseShard } from "./shard-summary.ts";

/**
 * Drops rows that duplicate a kept row: `exact-duplicate` if all words are equal, `near-duplicate` by the Jaccard
 * similarity of their shingles. The detail names the kept row, and the kept row has a note with the number of rows
 * dropped for it. Rows with the same prompt and different answers are kept, each with a note that names another such
 * row. Drops the same rows as `findDuplicates`, in bounded memory: see `decideDrops`. Summaries take 5 bytes per word
 * on disk.
 */
export const duplicatesStage: DatasetStage<DuplicatesOptions> = {
  kind: "dataset",
  name: "dedup",
  version: 11,
  summarise: summariseShard,
  decide: (summaries, options) => decideDrops(summaries, options),
  findings: readFindings,
  run: (rows, { method }, { decision, firstRow }) => {
    const { dropped: drops, kept: keepers, conflicts } = readDrops(decision, { firstRow, rows: rows.length });
    const dropped: DroppedRow[] = [];
    const notes: RowNote[] = [];
    const kept = rows.filter((row, index) => {
      const drop = drops.get(firstRow + index);
      const count = keepers.get(firstRow + index);
      const other = conflicts.get(firstRow + index);
      if (count !== undefined || other !== undefined) {
        const note = { ...(count && { duplicates: count }), ...(other && { labelConflict: other }) };
        notes.push({ id: row.id, note });
      }
      if (drop !== undefined) dropped.push({ row, ...dropReason(drop, method) });
      return drop === undefined;
    });
    return { kept, dropped, notes };
  },
};

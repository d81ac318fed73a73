import type { DatasetFormat } from "../../domain/canonical-row.ts";
import type { ExportOptions } from "../../domain/data-export.ts";
import type { DroppedRow, RowNote, RowStage, StageResult } from "../stage.ts";
import { exportRow, type RowShape, shapeOf } from "./export-row.ts";
import type { LostPart } from "./lost-parts.ts";
import { readCanonical } from "./read-canonical.ts";

/** Note of the stage for each row: its output format, and the lost parts. */
export type ExportNote = { format: DatasetFormat; use: ExportUse; shape: RowShape; lost: LostPart[] };

/** Use of rows; all rows of one file have the same use. */
export type ExportUse = "text" | "prompt" | "sft" | "preference" | "kto" | "candidates";

const USES: Readonly<Record<string, ExportUse>> = { completion: "sft", chat: "sft", label: "kto" };

/**
 * Writes rows, canonical or of any known format, for a trainer or in a format. Drops rows that the output cannot
 * represent: `refused-kind`, `refused-roles`, `refused-parts`, `refused-calls`; with `strict`, also rows that would
 * lose a part: `lost-` and its name.
 */
export const exportStage: RowStage<ExportOptions> = {
  kind: "row",
  name: "export",
  version: 2,
  run: (rows, { format, strict }): StageResult => {
    const [kept, dropped, notes]: [StageResult["kept"], DroppedRow[], RowNote[]] = [[], [], []];
    for (const row of rows) {
      const read = readCanonical(row.fields);
      if ("reason" in read) {
        dropped.push({ row, ...read });
        continue;
      }
      const written = exportRow(read.row, format);
      if ("unsupported" in written) {
        dropped.push({ row, reason: `refused-${written.unsupported}`, detail: written.detail });
      } else if (strict && written.lost.length > 0) {
        dropped.push({ row, reason: `lost-${written.lost[0]!.part}`, detail: written.lost[0]!.detail });
      } else {
        kept.push({ ...row, fields: written.row });
        const { kind } = read.row;
        const { format: as, lost } = written;
        const note: ExportNote = {
          format: as,
          use: USES[kind] ?? (kind as ExportUse),
          shape: shapeOf(as, written.row),
          lost,
        };
        notes.push({ id: row.id, note });
      }
    }
    return { kept, dropped, notes };
  },
};

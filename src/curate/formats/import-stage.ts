import type { DatasetFormat } from "../../domain/canonical-row.ts";
import type { ImportOptions } from "../../domain/data-import.ts";
import type { LintFinding } from "../../domain/format-lint.ts";
import type { DroppedRow, RowNote, RowStage, StageResult } from "../stage.ts";
import { lintRow } from "./lint-row.ts";
import { readCanonical } from "./read-canonical.ts";

/** Note of the stage for a row: its format, if reported, and its errors. */
export type ImportNote = {
  format: DatasetFormat | null;
  reasons: readonly string[];
  rivals: DatasetFormat[];
  findings: LintFinding[];
};

/**
 * Converts rows of any known format to the canonical form. Drops rows without a known format (`unknown-format`), rows
 * that have the fields but not the structure of a format (`unlike-format`), and with `dropErrors` untrainable rows,
 * each with its first error as the reason. Canonical rows are unchanged.
 */
export const importStage: RowStage<ImportOptions> = {
  kind: "row",
  name: "import",
  version: 2,
  run: (rows, { format, dropErrors }): StageResult => {
    const [kept, dropped, notes]: [StageResult["kept"], DroppedRow[], RowNote[]] = [[], [], []];
    for (const row of rows) {
      const read = readCanonical(row.fields, format);
      if ("reason" in read) {
        dropped.push({ row, ...read });
        continue;
      }
      const findings = lintRow(read.row);
      const error = findings.find(({ level }) => level === "error");
      if (dropErrors && error !== undefined) {
        dropped.push({ row, reason: error.code, detail: atMessage(error) });
        continue;
      }
      kept.push({ ...row, fields: read.row });
      if (findings.length === 0 && read.rivals.length === 0) continue;
      const note: ImportNote = {
        format: read.row.native?.format ?? null,
        reasons: read.detected?.reasons ?? [],
        rivals: read.rivals.map((rival) => rival.format),
        findings,
      };
      notes.push({ id: row.id, note });
    }
    return { kept, dropped, notes };
  },
};

function atMessage({ message, detail }: LintFinding): string {
  return message === null ? detail : `message ${message}: ${detail}`;
}

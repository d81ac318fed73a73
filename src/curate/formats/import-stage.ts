import type { DatasetFormat } from "../../domain/canonical-row.ts";
import type { ImportOptions } from "../../domain/data-import.ts";
import type { LintFinding } from "../../domain/format-lint.ts";
import type { DroppedRow, RowNote, RowStage, StageResult } from "../stage.ts";
import { lintRow } from "./lint-row.ts";
import { readCanonical } from "./read-canonical.ts";

/** What the stage notes of a row: the format it was taken for, where that is to be said, and what is wrong with it. */
export type ImportNote = {
  format: DatasetFormat | null;
  reasons: readonly string[];
  rivals: DatasetFormat[];
  findings: LintFinding[];
};

/**
 * Brings rows of any known format into the canonical form. Dropped are those of none (`unknown-format`), those that
 * have its fields but not their shape (`unlike-format`), and with `dropErrors` those that cannot be trained on, each
 * with its first error as the reason. Rows that are canonical already stay as they are.
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

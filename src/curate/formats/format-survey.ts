import type { CanonicalRow } from "../../domain/canonical-row.ts";
import type { AmbiguousCount, FormatCount, FormatReport } from "../../domain/data-import.ts";
import type { LintCount } from "../../domain/format-lint.ts";
import type { CuratedRow, StageResult } from "../stage.ts";
import { FORMATS } from "./formats.ts";
import type { ImportNote } from "./import-stage.ts";

/** Maximum examples of each finding in a report. */
const EXAMPLES = 3;

/** Counts the findings of the import stage, shard by shard. */
export type FormatSurvey = {
  add: (rows: readonly CuratedRow[], result: StageResult) => void;
  report: () => Omit<FormatReport, "funnel" | "importedBefore">;
};

/** An empty survey. */
export function formatSurvey(): FormatSurvey {
  const formats = new Map<string, FormatCount>();
  const ambiguous = new Map<string, AmbiguousCount>();
  const findings = new Map<string, LintCount>();
  const addFindings = ({ source, line }: CuratedRow, note: ImportNote): void => {
    const codes = new Set<string>();
    for (const { code, level, message, detail } of note.findings) {
      const key = `${level} ${code}`;
      const count = findings.get(key) ?? { code, level, rows: 0, examples: [] };
      findings.set(key, count);
      if (!codes.has(key)) count.rows += 1;
      codes.add(key);
      if (count.examples.length < EXAMPLES) count.examples.push({ source, line, message, detail });
    }
  };
  return {
    add: (rows, { kept, notes }) => {
      const before = new Map(rows.map((row) => [row.id, row]));
      for (const row of kept) {
        const format = (row.fields as CanonicalRow).native?.format;
        if (format === undefined) continue;
        const count = formats.get(format) ?? { format, rows: 0, reasons: reasonsOf(before.get(row.id)!, format) };
        formats.set(format, count);
        count.rows += 1;
      }
      for (const { id, note } of notes) {
        const row = before.get(id)!;
        const imported = note as ImportNote;
        addFindings(row, imported);
        if (imported.rivals.length === 0 || imported.format === null) continue;
        const names = [imported.format, ...imported.rivals];
        const count = ambiguous.get(names.join(" ")) ?? { formats: names, rows: 0, examples: [] };
        ambiguous.set(names.join(" "), count);
        count.rows += 1;
        if (count.examples.length < EXAMPLES) count.examples.push({ source: row.source, line: row.line });
      }
    },
    report: () => ({
      formats: byRows([...formats.values()]),
      ambiguous: byRows([...ambiguous.values()]),
      findings: byRows([...findings.values()]).toSorted((a, b) =>
        a.level === b.level ? 0 : a.level === "error" ? -1 : 1,
      ),
    }),
  };
}

function reasonsOf(row: CuratedRow, format: FormatCount["format"]): string[] {
  return [...(FORMATS[format].detect(row.fields)?.reasons ?? [])];
}

function byRows<Count extends { rows: number }>(counts: Count[]): Count[] {
  return counts.toSorted((a, b) => b.rows - a.rows);
}

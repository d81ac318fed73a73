import { textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { ExportResult } from "../../domain/data-export.ts";
import type { FormatReport } from "../../domain/data-import.ts";
import { funnelText } from "../pipeline/storing/funnel-text.ts";

const COUNT = new Intl.NumberFormat("en-US");

/** Text of the formats of rows and their errors. */
export function formatReportText({ formats, ambiguous, findings, importedBefore, funnel }: FormatReport): string {
  const table = textTable(
    [{ head: "format" }, { head: "rows", align: "right" }, { head: "because" }],
    formats.map(({ format, rows, reasons }) => [format, COUNT.format(rows), reasons.join("; ")]),
  );
  const unsure = ambiguous.map(
    ({ formats: [first, ...others], rows, examples }) =>
      `${counted(rows, "row")} read as ${first} may also be ${others.join(" or ")}: ${examples.map(placeOf).join("; ")}`,
  );
  const before =
    importedBefore === 0
      ? ""
      : importedBefore === 1
        ? "1 row was already imported and keeps its id, source and line"
        : `${counted(importedBefore, "row")} ${importedBefore === 1 ? "was" : "were"} already imported and ${importedBefore === 1 ? "keeps" : "keep"} id, source and line`;
  const wrong = findings.flatMap(({ level, code, rows, examples }) => [
    `${level}: ${code}, ${counted(rows, "row")}`,
    ...examples.map(
      (example) =>
        `  ${placeOf(example)}${example.message === null ? "" : `, message ${example.message}`}: ${example.detail}`,
    ),
  ]);
  return [formats.length === 0 ? "no row has a known format" : table, before, unsure, wrong, funnelText(funnel)]
    .map((part) => (typeof part === "string" ? part : part.join("\n")))
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Text of an export: files written, parts lost, and the trainer's configuration. */
export function exportText({ files, lost, config, funnel }: ExportResult): string {
  const table = textTable(
    [{ head: "file" }, { head: "format" }, { head: "rows", align: "right" }],
    files.map(({ path, format, rows }) => [path, format ?? "several", COUNT.format(rows)]),
  );
  const parts = lost.flatMap(({ part, rows, examples }) => [
    `lost: ${part}, ${counted(rows, "row")}`,
    ...examples.map((example) => `  ${placeOf(example)}: ${example.detail}`),
  ]);
  return [table, parts.join("\n"), config ?? "", funnelText(funnel)].filter((part) => part !== "").join("\n\n");
}

function placeOf({ source, line }: { source: string; line: number }): string {
  return `${source}, line ${line}`;
}

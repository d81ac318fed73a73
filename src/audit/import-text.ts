import { textTable, wrapText } from "../base/text-table.ts";
import { counted, usd } from "../base/words.ts";
import type { AuditImport } from "../domain/audit-import.ts";

/** Maximum number of unread sources that are named. */
const NAMED = 8;

/** Text of an import for an audit: what was read, the fields with their origins, and the questions to answer. */
export function importText(result: AuditImport): string {
  return [
    `Read: ${readLine(result)}.`,
    "",
    textTable(
      [{ head: "field" }, { head: "value", wrap: 30 }, { head: "origin", wrap: 70 }],
      result.fields.map(({ field, value, origin }) => [
        field,
        Array.isArray(value) ? value.join(", ") : String(value),
        origin,
      ]),
    ),
    ...contradictionLines(result),
    ...questionLines(result),
    ...skippedLines(result),
    ...(result.problem === null ? [] : ["", `The draft cannot be audited yet: ${result.problem}`]),
  ].join("\n");
}

function readLine({ record, runs, bills }: AuditImport): string {
  const runCount = runs.reduce((sum, source) => sum + source.runs.found, 0);
  const rows = record.datasets.reduce((sum, dataset) => sum + dataset.rows, 0);
  return [
    counted(record.configs.length, "training configuration"),
    counted(record.states.length, "trainer state"),
    ...(record.scripts.length === 0 ? [] : [counted(record.scripts.length, "Slurm script")]),
    counted(record.results.length, "evaluation result"),
    `${counted(record.datasets.length, "dataset file")} with ${counted(rows, "row")}`,
    counted(runCount, "run"),
    counted(bills.length, "bill"),
  ].join(", ");
}

function contradictionLines({ contradictions }: AuditImport): string[] {
  if (contradictions.length === 0) return [];
  return [
    "",
    "Sources disagree; the first value is taken:",
    ...contradictions.map(({ field, values }) =>
      wrapText(`${field}: ${values.map(({ value, place }) => `${value} (${place})`).join("; ")}`, 110, "  "),
    ),
  ];
}

function questionLines({ questions }: AuditImport): string[] {
  if (questions.length === 0) return [];
  const rows = questions.map(({ field, question, between, changesUsd }) => [
    field,
    question,
    between.join(" or "),
    changesUsd === null ? "" : usd(Number(changesUsd)),
  ]);
  const columns = [
    { head: "field to set" },
    { head: "question", wrap: 50 },
    { head: "compared", wrap: 30 },
    { head: "changes the cost by, USD", align: "right" as const },
  ];
  return ["", textTable(columns, rows)];
}

function skippedLines({ skipped }: AuditImport): string[] {
  if (skipped.length === 0) return [];
  const more = skipped.length > NAMED ? [`  and ${skipped.length - NAMED} more`] : [];
  const named = skipped.slice(0, NAMED).map(({ source, reason }) => wrapText(`${source}: ${reason}`, 110, "  "));
  return ["", "Not read:", ...named, ...more];
}

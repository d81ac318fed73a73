import type { AuditImport, DraftField, DraftQuestion, ForeignDataset } from "../../domain/audit-import.ts";
import { wrapText } from "../../base/text-table.ts";

/** Columns at which comments are wrapped. */
const COLUMNS = 110;

/** The draft as programme.yaml: each field under a comment with its origin, then contradictions and questions as comments. */
export function draftYaml(
  fields: readonly DraftField[],
  datasets: readonly ForeignDataset[],
  rest: Pick<AuditImport, "contradictions"> & { questions: readonly DraftQuestion[] },
): string {
  const lines = [
    comment(
      "A draft by tunewright audit import. Each field has its origin above it. A field that no source gives is not here: it has its default, and rules that need it answer that they cannot be checked.",
      "",
    ),
    "version: 1",
  ];
  let group = "";
  for (const drafted of fields) {
    const [first, second] = drafted.field.split(".") as [string, string?];
    if (second === undefined) {
      lines.push(comment(drafted.origin, ""), `${first}: ${JSON.stringify(drafted.value)}`);
      continue;
    }
    if (first !== group) lines.push("", `${first}:`);
    group = first;
    lines.push(comment(drafted.origin, "  "), ...valueLines(second, drafted, datasets));
  }
  return `${[...lines, ...restLines(rest)].join("\n")}\n`;
}

function valueLines(name: string, { field, value }: DraftField, datasets: readonly ForeignDataset[]): string[] {
  if (field !== "data.files") return [`  ${name}: ${JSON.stringify(value)}`];
  return [
    "  files:",
    ...datasets.flatMap(({ file, role }) => [
      `    - path: ${JSON.stringify(file)}`,
      `      role: ${role}`,
      "      origin: own",
    ]),
  ];
}

function restLines({ contradictions, questions }: Parameters<typeof draftYaml>[2]): string[] {
  const lines: string[] = [];
  if (contradictions.length > 0) lines.push("", "# Sources disagree; the first value is taken:");
  for (const { field, values } of contradictions) {
    const listed = values.map(({ value, place }) => `${value} (${place})`).join("; ");
    lines.push(comment(`${field}: ${listed}`, ""));
  }
  if (questions.length > 0) lines.push("", "# Set these, the largest change of the cost first:");
  for (const { field, question, between } of questions) {
    lines.push(comment(`${field}: ${question} (compared: ${between.join(", ")})`, ""));
  }
  return lines;
}

function comment(text: string, indent: string): string {
  return wrapText(text.replaceAll(/\s+/g, " "), COLUMNS, `${indent}# `);
}

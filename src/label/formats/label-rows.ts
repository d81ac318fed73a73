import { csvCell } from "../../base/csv-cell.ts";
import { parseCsv } from "../../base/csv.ts";
import { Failure } from "../../base/failure.ts";
import type { ExchangedAnswer, ImportAnswersRequest, TaskAnswers } from "../../domain/label-exchange.ts";
import type { AnswerSchema, LabelAnswer } from "../../domain/label-task.ts";
import { raterName } from "./rater-name.ts";

const COLUMNS = ["item", "rater", "label", "reason", "version", "active_ms", "source", "line"] as const;

type Cells = Readonly<Record<string, unknown>>;

/** Writes one CSV row per answer, with the columns that `data agree` reads. Several labels are a JSON list. */
export function writeLabelCsv(task: TaskAnswers): string {
  const lines = cellsOf(task).map((cells) =>
    COLUMNS.map((name) => {
      const value = cells[name];
      if (value === null || value === undefined) return "";
      return csvCell(typeof value === "string" ? value : JSON.stringify(value));
    }).join(","),
  );
  return `${[COLUMNS.join(","), ...lines].join("\n")}\n`;
}

/** Writes one JSON line per answer, with the fields of the CSV. */
export function writeLabelLines(task: TaskAnswers): string {
  return cellsOf(task)
    .map((cells) => `${JSON.stringify(cells)}\n`)
    .join("");
}

function cellsOf({ rows }: TaskAnswers): Cells[] {
  return rows.flatMap(({ row, source, line, answers }) =>
    answers.map(({ rater, answer, reason, version, activeMs }) => ({
      item: row,
      rater,
      label: answer,
      reason,
      version,
      active_ms: activeMs,
      source,
      line,
    })),
  );
}

/** Reads either of these formats. @throws Failure bad_input naming the line */
export function readLabelRows(
  text: string,
  { format, schema, name }: { format: "csv" | "jsonl"; schema: AnswerSchema; name: string },
): ImportAnswersRequest["rows"] {
  const lines: { line: number; fields: Cells }[] = format === "csv" ? parseCsv(text, name).rows : jsonLines(text, name);
  const rows = new Map<string, ExchangedAnswer[]>();
  for (const { line, fields } of lines) {
    const item = textOf(fields["item"]);
    const rater = textOf(fields["rater"]);
    if (item === "" || rater === "") {
      throw new Failure("bad_input", `${name}, line ${line}: expected the fields item, rater and label`, {
        hint: "tunewright data label export writes a file of that shape",
      });
    }
    const answer = answerOf(fields["label"], schema);
    const reason = textOf(fields["reason"]);
    const version = Number(fields["version"] ?? NaN);
    const activeMs = Number(fields["active_ms"] ?? 0);
    const answers = rows.get(item) ?? [];
    answers.push({
      rater: raterName(rater),
      answer,
      reason: answer === null ? (reason === "" ? "no label" : reason) : null,
      version: Number.isInteger(version) && version > 0 ? version : null,
      activeMs: Number.isInteger(activeMs) && activeMs > 0 ? activeMs : 0,
    });
    rows.set(item, answers);
  }
  return [...rows].map(([row, answers]) => ({ row, answers }));
}

function jsonLines(text: string, name: string): { line: number; fields: Cells }[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [{ line: index + 1, fields: JSON.parse(line) as Cells }];
    } catch {
      throw new Failure("bad_input", `${name}, line ${index + 1}: it is not JSON`, {
        hint: "write one JSON object per line",
      });
    }
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function answerOf(value: unknown, schema: AnswerSchema): LabelAnswer | null {
  if (value === null || value === undefined || value === "") return null;
  if (Array.isArray(value)) return value.map(String);
  if (schema.type === "rating") return Number(value);
  const text = textOf(value);
  if (schema.type !== "classes") return text;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : [text];
  } catch {
    return [text];
  }
}

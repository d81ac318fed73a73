import type { RunRow } from "../domain/run-table.ts";

const FIXED = ["id", "name", "experiment", "status", "user", "startedAt", "endedAt", "activeSec", "costUsd"] as const;

/** Rows as CSV (RFC 4180) with the columns that are shown. */
export function runsAsCsv(rows: readonly RunRow[], columns: readonly string[]): string {
  const lines = [
    [...FIXED, ...columns],
    ...rows.map((row) => [...FIXED.map((name) => row[name]), ...columns.map((_, place) => row.values[place])]),
  ];
  return lines.map((cells) => cells.map(csvCell).join(",")).join("\r\n");
}

/** A cell of CSV; text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function csvCell(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  const safe =
    typeof value === "string" && /^[=+\-@\t\r]/.test(text) && !/^-?[\d.]+(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

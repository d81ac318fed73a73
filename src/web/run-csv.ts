import type { RunRow } from "../domain/run-table.ts";
import { csvText } from "../report/csv-text.ts";

const FIXED = ["id", "name", "experiment", "status", "user", "startedAt", "endedAt", "activeSec", "costUsd"] as const;

/** Rows as CSV with the visible columns. */
export function runsAsCsv(rows: readonly RunRow[], columns: readonly string[]): string {
  return csvText([
    [...FIXED, ...columns],
    ...rows.map((row) => [...FIXED.map((name) => row[name]), ...columns.map((_, place) => row.values[place])]),
  ]);
}

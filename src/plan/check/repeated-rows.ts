import type { CsvRow, CsvRows } from "../../base/csv.ts";
import { counted } from "../../base/words.ts";
import { formatLines } from "./line-numbers.ts";

/** Rows that equal an earlier one in every field, with the line of the earlier row. */
function repeatedRows(rows: readonly CsvRow[]): { line: number; first: number }[] {
  const lines = new Map<string, number>();
  return rows.flatMap(({ line, fields }) => {
    const key = JSON.stringify(fields);
    const first = lines.get(key);
    if (first === undefined) lines.set(key, line);
    return first === undefined ? [] : [{ line, first }];
  });
}

/** Rows of a file in order, including malformed ones, each with the reason why it cannot be used, if any. */
export function rowsInOrder({ rows, ragged }: CsvRows): { row: CsvRow; spoilt: string | undefined }[] {
  const all = [...rows, ...ragged].toSorted((a, b) => a.line - b.line);
  const spoilt = new Map([
    ...repeatedRows(all).map(({ line, first }) => [line, `duplicate of the row on line ${first}`] as const),
    ...ragged.map(({ line, reason }) => [line, `the row ${reason}`] as const),
  ]);
  return all.map((row) => ({ row, spoilt: spoilt.get(row.line) }));
}

/** A note on different rows with the same id and source: two runs with one name, or a later correction. */
export function sharedIdNote(rows: readonly CsvRow[], sourceColumn: string): string[] {
  const lines = new Map<string, number[]>();
  const again = new Set(repeatedRows(rows).map(({ line }) => line));
  for (const { line, fields } of rows) {
    const key = JSON.stringify([fields[sourceColumn], fields["id"]]);
    if ((fields["id"] ?? "") !== "" && !again.has(line)) lines.set(key, [...(lines.get(key) ?? []), line]);
  }
  const shared = [...lines.values()].filter((line) => line.length > 1);
  if (shared.length === 0) return [];
  return [
    `${counted(shared.length, "id")} of a source ${shared.length === 1 ? "appears" : "appear"} on several rows (${formatLines(shared.flat())}), each taken as a run of its own`,
  ];
}

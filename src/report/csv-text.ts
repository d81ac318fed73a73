import { csvCell } from "../base/csv-cell.ts";

/** Rows as CSV, a line each (RFC 4180 with line feeds); null is an empty cell. No cell runs as a formula. */
export function csvText(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return rows.map((cells) => `${cells.map((cell) => csvCell(String(cell ?? ""))).join(",")}\n`).join("");
}

import { csvCell } from "../base/csv-cell.ts";

/** Rows as CSV, one per line (RFC 4180 with line feeds); null is an empty cell. No cell is executed as a formula. */
export function csvText(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return rows.map((cells) => `${cells.map((cell) => csvCell(String(cell ?? ""))).join(",")}\n`).join("");
}

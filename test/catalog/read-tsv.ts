import { readFileSync } from "node:fs";

/** Rows of a golden table of `test/golden`, by column name. */
export function readTsv(name: string): Record<string, string>[] {
  const text = readFileSync(new URL(`../golden/${name}`, import.meta.url), "utf8");
  const [head = "", ...lines] = text.trim().split("\n");
  const columns = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
  });
}

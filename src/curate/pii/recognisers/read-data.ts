import { readFileSync } from "node:fs";

/** Lines of a table in `data/` without comments and blank ones. */
export function readDataLines(name: string): string[] {
  const text = readFileSync(new URL(`./data/${name}`, import.meta.url), "utf8");
  return text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

/** Rows of a small CSV table in `data/` without quotes, as pairs of its two columns. */
export function readDataPairs(name: string): [key: string, value: string][] {
  return readDataLines(name)
    .slice(1)
    .map((line) => line.split(",") as [string, string]);
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { parse } from "csv-parse/sync";
import { beforeAll, expect, test } from "vitest";

import { readTsv } from "../catalog/read-tsv.ts";
import { ROOT } from "../cli/run-cli.ts";
import * as units from "../../src/base/units.ts";

/** Figures of the page as the script makes them: a tree of numbers, lists and names. */
type Figures = {
  alone: { p10: number; p90: number };
  estimate: { low: number; high: number };
  node: { fast: { usdPerMtok: { low: number } } };
  rows: ReadonlyMap<string, { measured: number; p10?: number }>;
};

const PAGE = "docs/guides/inference-economics.md";
const ROWS = "docs/guides/inference-economics.csv";
const MEASURED = join(ROOT, "../shared/data/serving/measurements.csv");

/** The rows that are those of the table of published measurements, by its names. */
const PUBLISHED = {
  "llama-8b-1": "vcm-0003",
  "llama-8b-5": "vcm-0007",
  "llama-8b-10": "vcm-0002",
  "llama-8b-200": "vcm-0004",
  "llama-70b": "mlperf51-0041",
};

let figures: Figures;
let page: string;
beforeAll(async () => {
  const load = (name: string): Promise<Record<string, (...args: unknown[]) => unknown>> =>
    import(pathToFileURL(join(ROOT, "scripts/docs", name)).href);
  figures = (await (await load("economics-figures.mjs")).economicsFigures!(ROOT)) as Figures;
  page = ((await load("economics-page.mjs")).economicsPage!(figures, units) as string[]).slice(1).join("\n\n");
});

test.each(readTsv("inference-economics.tsv"))("$figure is $expected ($source)", ({ figure, expected, tolerance }) => {
  const value = valueAt(figures, figure!.split(" > "));
  expect(Math.abs(value / Number(expected) - 1)).toBeLessThanOrEqual(Number(tolerance) + 1e-9);
});

test("the guide is what the commands say", () => {
  const [, ...parts] = readFileSync(join(ROOT, PAGE), "utf8").split("-->\n\n");
  expect(parts.join("-->\n\n").trimEnd(), "stale: npm run docs").toBe(page);
});

test("every measured row is answered by the estimator", () => {
  expect([...figures.rows].filter(([, { p10 }]) => p10 === undefined).map(([id]) => id)).toEqual([]);
});

test("one request at a time gives what the article takes for a loaded node: 139-231 tokens/s", () => {
  expect(figures.alone.p10).toBeLessThan(231);
  expect(figures.alone.p90).toBeGreaterThan(139);
});

test("a current engine is estimated to cost no more than the fastest one of 2024, both at 80 % load", () => {
  expect(figures.estimate.low).toBeLessThan(figures.node.fast.usdPerMtok.low);
});

test.skipIf(!existsSync(MEASURED))("rows of the published table are as they stand there (needs ../shared/data)", () => {
  const read = (path: string): Record<string, string>[] => parse(readFileSync(path, "utf8"), { columns: true });
  const published = new Map(read(MEASURED).map((row) => [row.id, row]));
  const copied = new Map(read(join(ROOT, ROWS)).map((row) => [row.id, row]));
  const names = ["source", "source_ref", "engine", "n_gpus", "concurrency", "output_len", "output_tokens_per_s_total"];
  // A log of MLPerf states neither the limit of the latency nor how lengths vary: both columns were completed by hand.
  const completed = new Map([["llama-70b", ["concurrency", "output_len"]]]);
  for (const [id, name] of Object.entries(PUBLISHED)) {
    const kept = names.filter((column) => !(completed.get(id) ?? []).includes(column));
    const fields = (row: Record<string, string> | undefined) => kept.map((column) => row?.[column]);
    expect(fields(copied.get(id)), id).toEqual(fields(published.get(name)));
  }
});

/** A figure by its path; items of lists go by what names them. */
function valueAt(tree: unknown, path: readonly string[]): number {
  const names = ["sellerClass", "seller", "model", "day"];
  const found = path.reduce<unknown>((at, key) => {
    if (at instanceof Map) return at.get(key);
    if (!Array.isArray(at)) return (at as Record<string, unknown>)[key];
    return at.findLast((item: Record<string, unknown>) => names.some((name) => item[name] === key));
  }, tree);
  expect(found, path.join(" > ")).toBeTypeOf("number");
  return found as number;
}

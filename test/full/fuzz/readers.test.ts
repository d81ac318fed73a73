import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, expect, test } from "vitest";

import { parseRaggedCsv } from "../../../src/base/csv.ts";
import { Failure } from "../../../src/base/failure.ts";
import { parseJson } from "../../../src/base/json.ts";
import { type Random, seededRandom } from "../../../src/base/random.ts";
import { parseYaml } from "../../../src/base/yaml.ts";
import { importPrices } from "../../../src/catalog/importers/import-prices.ts";
import { shapeFromConfig } from "../../../src/catalog/model-config.ts";
import { importTraffic } from "../../../src/programme/traffic/import-traffic.ts";
import { openRowSink } from "../../../src/tables/open-row-sink.ts";
import { openRows } from "../../../src/tables/read-rows.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { mutated } from "./mutated.ts";

/** Seconds for each reader: `FUZZ_SECONDS=3600` for a night. */
const SECONDS = Number(process.env["FUZZ_SECONDS"] ?? 4);
const SEED = Number(process.env["FC_SEED"] ?? 1);

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-fuzz-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ROWS = Array.from({ length: 40 }, (_each, row) => ({
  prompt: `What is ${row} and 1?`,
  n: row / 3,
  tags: ["a", row % 2 ? null : "é \u{1f600}"],
  meta: { source: "web", ok: row % 3 === 0 },
}));
const JSONL = ROWS.map((row) => `${JSON.stringify(row)}\n`).join("");
const CSV = `prompt,answer\n${ROWS.map(({ prompt, n }) => `"${prompt}, ""so""",${n}\n`).join("")}`;

async function parquet(): Promise<Buffer> {
  const path = join(dir, "seed.parquet");
  const sink = await openRowSink(path);
  await sink.write(ROWS);
  await sink.commit();
  return readFileSync(path);
}

const fixture = (name: string): Buffer => readFileSync(join(ROOT, "test/fixtures", name));
const below = (folder: string): Buffer[] =>
  readdirSync(join(ROOT, "test/fixtures", folder)).map((name) => fixture(join(folder, name)));

/** Reads all rows of a file with an extension. */
const rows =
  (extension: string) =>
  async (bytes: Uint8Array): Promise<void> => {
    const path = join(dir, `input.${extension}`);
    writeFileSync(path, bytes);
    for await (const item of (await openRows(path)).items) expect(item.kind).toBeTypeOf("string");
  };
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

type Target = { name: string; corpus: () => Buffer[] | Promise<Buffer[]>; read: (bytes: Uint8Array) => unknown };

const TARGETS: Target[] = [
  { name: "JSON lines", corpus: () => [Buffer.from(JSONL)], read: rows("jsonl") },
  { name: "a JSON array", corpus: () => [Buffer.from(JSON.stringify(ROWS))], read: rows("json") },
  { name: "CSV", corpus: () => [Buffer.from(CSV)], read: rows("csv") },
  { name: "gzip", corpus: () => [gzipSync(JSONL)], read: rows("jsonl.gz") },
  { name: "Parquet", corpus: async () => [await parquet()], read: rows("parquet") },
  { name: "Arrow and Feather", corpus: () => below("arrow"), read: rows("arrow") },
  { name: "YAML", corpus: () => [readFileSync(join(ROOT, "examples/contracts/programme.yaml"))], read: yaml },
  { name: "JSON as a document", corpus: () => below("configs"), read: (bytes) => parseJson(text(bytes), "x.json") },
  { name: "config.json of a model", corpus: () => below("configs"), read: config },
  { name: "a small CSV file", corpus: () => below("prices"), read: (bytes) => parseRaggedCsv(text(bytes), "x.csv") },
  { name: "price lists", corpus: () => below("prices"), read: prices },
  { name: "exports of usage", corpus: () => [fixture("workspace/langfuse.json")], read: usage },
];

function yaml(bytes: Uint8Array): void {
  parseYaml(text(bytes), "programme.yaml");
}

function config(bytes: Uint8Array): void {
  shapeFromConfig(parseJson(text(bytes), "config.json"), "config.json", "2026-11-25");
}

function prices(bytes: Uint8Array): void {
  const about = { format: "auto", seller: "acme", sellerClass: "neocloud", asOf: "2026-11-01", source: "x" } as const;
  importPrices(text(bytes), "list.csv", about);
}

async function usage(bytes: Uint8Array): Promise<void> {
  const path = join(dir, "usage.json");
  writeFileSync(path, bytes);
  const all = { format: "auto", model: undefined, from: undefined, to: undefined, days: undefined } as const;
  const nowMs = Date.parse("2026-11-25T00:00:00Z");
  await importTraffic([{ path, shown: "usage.json" }], { ...all, nowMs, countTokens: undefined });
}

test.each(TARGETS)("$name: damaged in any way it is read or refused, and never a bug", async ({ corpus, read }) => {
  const seeds = await corpus();
  for (const whole of seeds) await outcome(read, whole);
  const random: Random = seededRandom(SEED);
  const until = Date.now() + 1000 * SECONDS;
  let tried = 0;
  for (; tried < 50 || Date.now() < until; tried++) {
    const input = mutated(seeds[Math.floor(random() * seeds.length)]!, random);
    const bug = await outcome(read, input);
    if (bug !== undefined) {
      const base64 = Buffer.from(input).toString("base64").slice(0, 20_000);
      throw new Error(`input ${tried} of seed ${SEED} is a bug: ${base64}`, { cause: bug });
    }
  }
  expect(tried).toBeGreaterThanOrEqual(50);
});

/** The error thrown, unless it is a Failure that the input is to blame for. */
async function outcome(read: Target["read"], bytes: Uint8Array): Promise<unknown> {
  try {
    await read(bytes);
  } catch (error) {
    if (!(error instanceof Failure) || !["bad_input", "not_found"].includes(error.kind)) return error;
  }
  return undefined;
}

import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { engineFacts } from "../../../src/plan/serve/engine-facts.ts";
import type { Lengths, Load } from "../../../src/plan/serve/serve-run.ts";
import { type ServingRow, servingRow } from "../../../src/plan/serve-check/serving-row.ts";

const catalogue = { findModel, findGpu };

type Row = { line: number; fields: Record<string, string> };
type Completed = { completedServingRows: (rows: Row[]) => Row[] };

/** Scripts have no types. */
const { completedServingRows } = (await import(
  new URL("../../../scripts/calibrate/serving-table-facts.mjs", import.meta.url).href
)) as Completed;

/** Rows as they were published, and what each was read as by hand, with the lengths and limits that other pages state. */
const GOLDEN = readTsv("test/golden/plan/serving-readings.tsv").map((row): Record<string, string> => {
  // By their address the tables of single sources would name another GPU than the row does.
  const unaddressed = { line: 2, fields: { ...row, source_ref: "" } };
  return { ...completedServingRows([unaddressed])[0]!.fields, source_ref: row["source_ref"]! };
});

function readTsv(path: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const columns = head!.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
  });
}

function read(fields: Record<string, string>): ServingRow {
  const row = servingRow(fields, catalogue);
  if ("refused" in row) throw new Error(row.refused);
  return row;
}

function runWords({ run, replicas }: ServingRow): string {
  const { expertParallel, maxRunning, disaggregated: pd } = run;
  return [
    `${run.engine} ${run.engineEra ?? "newest"} ${run.weights}/${run.kv} ${run.gpu.id} tp${run.tensorParallel}`,
    ...(run.pipelineParallel > 1 ? [`pp${run.pipelineParallel}`] : []),
    ...(expertParallel > 1 ? [`ep${expertParallel}`] : []),
    `x${replicas}`,
    ...(maxRunning === undefined ? [] : [`running<=${maxRunning}`]),
    ...(pd ? [`${pd.prefill}P${pd.decode}D`] : []),
  ].join(" ");
}

function loadWords(load: Load): string {
  switch (load.kind) {
    case "rate":
      return `rate ${load.perSec}/s${load.requests === undefined ? "" : ` of ${load.requests}`}`;
    case "concurrency":
      return `concurrency ${load.requests} of ${load.sent}`;
    case "static-batch":
      return `static-batch ${load.requests}${load.alike === true ? " alike" : ""}`;
    case "all-at-once":
      return `all-at-once${load.requests === undefined ? "" : ` ${load.requests}`}`;
    case "token-limit":
      return `token-limit ${load.tpotMs}`;
    default:
      return load.kind;
  }
}

const rounded = (value: number): number => Number(value.toFixed(2));
const lengthWords = ({ mean, cv }: Lengths): string => `${rounded(mean)}±${rounded(cv)}`;

test.each(GOLDEN)("$source: $run, $asked", (golden) => {
  const { source: _, run, asked, lengths, ...fields } = golden;
  const row = read(fields);
  expect(runWords(row)).toBe(run);
  expect(loadWords(row.load)).toBe(asked);
  expect(`${lengthWords(row.run.inputTokens)} / ${lengthWords(row.run.outputTokens)}`).toBe(lengths);
});

test("every version class that a row is read as is one that the estimator has", () => {
  for (const { source: _, ...fields } of GOLDEN) {
    const { run } = read(fields);
    expect(() => engineFacts(run)).not.toThrow();
  }
});

const BASE = {
  engine: "vLLM 0.9.1",
  model: "meta-llama/Llama-3.1-70B",
  precision: "FP8",
  gpu: "H100",
  n_gpus: "8",
  tp: "8",
  concurrency: "16",
  input_len: "1024",
  output_len: "256",
};

test.each([
  [{ gpu: "8xH100", n_gpus: "", tp: "" }, 8, 8, 1],
  [{ gpu: "8x H100 SXM", n_gpus: "", tp: "4" }, 8, 4, 2],
  [{ tp: "", parallelism: "TP4 PP2" }, 8, 4, 1],
  [{ tp: "", parallelism: "tp=2" }, 8, 2, 4],
  [{ tp: "", extra_facts: "--tensor-parallel-size 4" }, 8, 4, 2],
  [{ tp: "", parallelism: "DP2" }, 8, 4, 2],
  [{ tp: "", concurrency: "max" }, 8, 2, 4],
  [{ tp: "" }, 8, 8, 1],
  [{ n_gpus: "", tp: "4" }, 4, 4, 1],
])("%j is %i GPUs, %i of them a replica, %i replicas", (over, ...expected) => {
  const row = read({ ...BASE, ...over });
  expect([row.gpus, row.run.tensorParallel, row.replicas]).toEqual(expected);
});

test("replicas share a load, and the row keeps the whole of it", () => {
  const { load, whole } = read({ ...BASE, tp: "2", concurrency: "64" });
  expect(load).toMatchObject({ kind: "concurrency", requests: 16 });
  expect(whole).toMatchObject({ kind: "concurrency", requests: 64 });
});

test("flags of an engine are read in the words of each", () => {
  const { run } = read({
    ...BASE,
    extra_facts: "--max-num-seqs 64 --max-num-batched-tokens=2048 --gpu-memory-utilization 0.85; prefix hit 30 %",
  });
  expect(run).toMatchObject({ maxRunning: 64, maxBatchedTokens: 2048, memoryShare: 0.85, prefixHitShare: 0.3 });
  const sglang = read({
    ...BASE,
    engine: "SGLang 0.5.2",
    extra_facts: "--chunked-prefill-size 4096 --mem-fraction-static 0.8 --max-running-requests 128",
  });
  expect(sglang.run).toMatchObject({ maxRunning: 128, maxBatchedTokens: 4096, memoryShare: 0.8 });
});

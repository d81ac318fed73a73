import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import type { Benchmark } from "../../../src/curate/decontaminate/benchmark.ts";
import { partsOf, type BenchmarkFields } from "../../../src/curate/decontaminate/benchmark-fields.ts";
import type { Decontaminator } from "../../../src/curate/decontaminate/decontaminator.ts";

/** The public benchmarks next to the project. */
export const DECONTAM = "../shared/data/curation/decontam";
export const hasShared = existsSync(DECONTAM);

export type Fields = Readonly<Record<string, unknown>>;

/** Rows of a JSONL file of the shared benchmarks. */
export function sharedRows(file: string): Fields[] {
  const bytes = readFileSync(`${DECONTAM}/${file}`);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Fields);
}

/** Rows as a benchmark. */
export function benchmarkOf(name: string, rows: readonly Fields[], fields: BenchmarkFields): Benchmark {
  return { name, fields: { ...fields }, isGuessed: false, items: rows.map((row) => partsOf(row, fields)) };
}

/** Rows with a hit, and items that one of them hits. */
export function counts(rows: readonly Fields[], hitsOf: Decontaminator): { rows: number; items: number } {
  const items = new Set<number>();
  let hit = 0;
  for (const row of rows) {
    const hits = hitsOf(row);
    if (hits.length > 0) hit += 1;
    for (const { item } of hits) items.add(item);
  }
  return { rows: hit, items: items.size };
}

/** The benchmarks whose items are planted and distinguished, with their fields. */
export const SETS: readonly { name: string; files: readonly string[]; fields: BenchmarkFields }[] = [
  { name: "HumanEval", files: ["HumanEval.jsonl.gz"], fields: { question: "prompt", answer: "canonical_solution" } },
  { name: "MBPP", files: ["mbpp.jsonl"], fields: { question: "text", answer: "code" } },
  { name: "GSM8K", files: ["gsm8k_test.jsonl"], fields: { question: "question", answer: "answer" } },
  { name: "MATH-500", files: ["math500.jsonl"], fields: { question: "problem", answer: "solution" } },
  { name: "IFEval", files: ["ifeval_input_data.jsonl"], fields: { question: "prompt" } },
  { name: "MT-Bench", files: ["mt_bench_question.jsonl"], fields: { question: "turns" } },
  { name: "Vicuna bench", files: ["vicuna_bench_question.jsonl"], fields: { question: "turns" } },
  { name: "BIG-Bench Hard", files: ["bbh.jsonl.gz"], fields: { question: "input", answer: "target" } },
  {
    name: "MMLU",
    files: ["decon_mmlu_validation-1.jsonl.gz", "decon_mmlu_test-1.jsonl.gz", "decon_mmlu_test-6.jsonl.gz"],
    fields: { question: "question", answer: "answer" },
  },
];

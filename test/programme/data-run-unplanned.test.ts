import { join } from "node:path";

import { expect, test } from "vitest";

import { orderWarnings } from "../../src/curate/pipeline/stage-order.ts";
import { dataReport } from "../../src/programme/data-report/data-report.ts";
import { dataLineage } from "../../src/programme/data-run/data-lineage.ts";
import { dataRun } from "../../src/programme/data-run/data-run.ts";
import { readProgramme } from "../../src/programme/reading/read-programme.ts";
import { folderOf, jsonl } from "../curate/pipeline/rows.ts";

const PROGRAMME = `name: Files alone
task: { kind: chat, goals: [style] }
model: { base: Qwen/Qwen2.5-7B-Instruct }
data:
  files: [{ path: rows.jsonl, role: train, origin: own }]
  pipeline: [STAGES]
`;

async function ran(stages: string) {
  const dir = await folderOf({
    "programme.yaml": PROGRAMME.replace("STAGES", stages),
    "rows.jsonl": jsonl([
      { prompt: "How late?", completion: "A day." },
      { prompt: "Why?", completion: "Snow." },
    ]),
    "bench.jsonl": jsonl([{ question: "What is the capital of Freedonia?", answer: "Sylvania" }]),
  });
  return { dir, run: await runOf(dir) };
}

function runOf(dir: string) {
  return dataRun(dir, {
    executor: "inline",
    mayReplace: () => Promise.resolve(false),
    now: () => new Date(0),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });
}

test("the files of a programme are run, reported and traced before any row is planned, and a study still asks for the plan", async () => {
  const { dir, run } = await ran("{ stage: trainable }, { stage: dedup }");
  expect(run).toMatchObject({ out: join(dir, "curated.jsonl"), warnings: [] });
  expect((await dataLineage(dir)).lineage.stages).toHaveLength(3);
  const report = await dataReport(dir, {
    on: "2026-11-29",
    tool: "tunewright 0.0.0",
    hubCache: undefined,
    onStep: () => undefined,
  });
  expect(report.costs).toEqual([]);
  expect(report.missing).toContain("the cost of work on data: no rows are planned (data.plannedRows)");
  await expect(readProgramme(dir)).rejects.toThrow("no rows and no corpus are planned");
});

test("a run warns if rows are redacted before they are compared with a benchmark", async () => {
  const decontaminate = "{ stage: decontaminate, against: [bench.jsonl] }";
  const { run } = await ran(`{ stage: redact }, ${decontaminate}`);
  expect(run.warnings).toEqual([expect.stringContaining("put decontaminate before redact")]);
  expect((await ran(`${decontaminate}, { stage: redact }`)).run.warnings).toEqual([]);
});

test("the share of rows from generated files is capped, and a run warns of stages that drop rows afterwards", async () => {
  const dir = await folderOf({
    "programme.yaml": PROGRAMME.replace("STAGES", "{ stage: synthetic, maxShare: 0.5 }, { stage: exact }").replace(
      "}]",
      "}, { path: made.jsonl, role: train, origin: own, generated: true }]",
    ),
    "rows.jsonl": jsonl([{ prompt: "How late?", completion: "A day." }]),
    "made.jsonl": jsonl(["a", "b", "c"].map((prompt) => ({ prompt, completion: "x" }))),
  });
  const run = await runOf(dir);
  expect(run.stages[1]).toMatchObject({ rowsIn: 4, rowsKept: 2, dropped: [{ reason: "over-share", rows: 2 }] });
  expect(run.stages[1]!.findings[0]!.detail).toBe("1 other rows allow 1 of 3 synthetic ones at a share of 50 %");
  expect(run.warnings).toEqual([expect.stringContaining("exact comes after synthetic")]);
});

test("a second decontaminate after redaction is not a wrong order", () => {
  const order = (...names: string[]): number => orderWarnings(names.map((stage) => ({ stage }))).length;
  expect(order("decontaminate", "redact", "decontaminate")).toBe(0);
  expect(order("dedup", "redact", "quality", "decontaminate")).toBe(1);
  expect(order("redact")).toBe(0);
});

test("rows that redaction makes equal are counted as inspect and study count them, and a second dedup drops them", async () => {
  const names = ["Mary Smith", "John Miller", "Susan Baker"];
  const files = (stages: string) => ({
    "programme.yaml": PROGRAMME.replace("STAGES", stages),
    "rows.jsonl": jsonl(names.map((name) => ({ prompt: `${name} asks: how late?`, completion: "A day." }))),
  });
  const once = await folderOf(files("{ stage: dedup }, { stage: redact }"));
  const run = await runOf(once);
  expect(run.stages.at(-1)).toMatchObject({ rowsKept: 3 });
  expect(run.warnings).toEqual([
    "2 of 3 rows repeat an earlier one, because redact makes rows equal: data inspect and the study count 1. Put `- stage: dedup` after redact to drop them",
  ]);
  const twice = await runOf(await folderOf(files("{ stage: dedup }, { stage: redact }, { stage: dedup }")));
  expect(twice).toMatchObject({
    warnings: [],
    stages: expect.arrayContaining([expect.objectContaining({ rowsKept: 1 })]),
  });
});

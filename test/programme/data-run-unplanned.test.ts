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
  const run = await dataRun(dir, {
    executor: "inline",
    mayReplace: () => Promise.resolve(false),
    now: () => new Date(0),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });
  return { dir, run };
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
  expect(report.missing).toContain("what the work on data costs: no rows are planned (data.plannedRows)");
  await expect(readProgramme(dir)).rejects.toThrow("no rows and no corpus are planned");
});

test("a run warns if rows are redacted before they are compared with a benchmark", async () => {
  const decontaminate = "{ stage: decontaminate, against: [bench.jsonl] }";
  const { run } = await ran(`{ stage: redact }, ${decontaminate}`);
  expect(run.warnings).toEqual([expect.stringContaining("put decontaminate before redact")]);
  expect((await ran(`${decontaminate}, { stage: redact }`)).run.warnings).toEqual([]);
});

test("a second decontaminate after redaction is not a wrong order", () => {
  const order = (...names: string[]): number => orderWarnings(names.map((stage) => ({ stage }))).length;
  expect(order("decontaminate", "redact", "decontaminate")).toBe(0);
  expect(order("dedup", "redact", "quality", "decontaminate")).toBe(1);
  expect(order("redact")).toBe(0);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { TrainingFile } from "../../../src/domain/training-job.ts";
import { TrainingStage } from "../../../src/domain/training-stages.ts";
import { checkHosted, checkNeeds, checkReferences, kindOf } from "../../../src/programme/stages/check-stages.ts";
import { catchFailure } from "../../catch-failure.ts";

const FILE = {
  version: 1,
  name: "r",
  model: "m",
  dataset: "frozen",
  batchSequences: 2,
  learningRate: 1e-4,
  maxSteps: 9,
  saveSteps: 3,
};
const LOCAL = TrainingFile.parse({ ...FILE, python: "python3" });
const HOSTED = TrainingFile.parse({
  ...FILE,
  engine: "openai",
  target: "provider",
  hosted: { epochs: 1, usdPerMillionTokens: "5" },
});
const planOf = (...stages: object[]): TrainingStage[] => stages.map((stage) => TrainingStage.parse(stage));
const TRAIN = { name: "sft", train: "training.yaml" };
const MERGE = { name: "merged", merge: "sft" };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-stages-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a plan of stages is refused when it is read, if", () => {
  test.for<[string, object[], string]>([
    ["merges", [TRAIN, MERGE], "merged cannot merge sft: its provider keeps the weights"],
    [
      "exports",
      [TRAIN, { name: "out", export: "sft", to: "x" }],
      "out cannot export sft: its provider keeps the weights",
    ],
  ])("it %s what a provider trained", ([_what, stages, message]) => {
    const plan = planOf(...stages);
    checkReferences("stages.yaml", plan);
    expect(() => checkHosted("stages.yaml", plan, new Map([["sft", LOCAL]]))).not.toThrow();
    const refused = catchFailure(() => checkHosted("stages.yaml", plan, new Map([["sft", HOSTED]])));
    expect(refused).toMatchObject({ kind: "bad_input", message: `stages.yaml: ${message}` });
    expect(refused.hint).toContain("an engine that runs on your machines");
  });

  test("a provider would continue from a model of this machine", () => {
    const plan = planOf(TRAIN, MERGE, { name: "dpo", train: "dpo.yaml", from: "merged" });
    const runs = (engine: TrainingFile): Map<string, TrainingFile> =>
      new Map([
        ["sft", LOCAL],
        ["dpo", engine],
      ]);
    expect(() => checkHosted("stages.yaml", plan, runs(LOCAL))).not.toThrow();
    expect(() => checkHosted("stages.yaml", plan, runs(HOSTED))).toThrow("dpo cannot continue from merged");
  });

  test("a GGUF stage has neither a base nor a converter", () => {
    const plan = planOf(TRAIN, MERGE, { name: "small", gguf: "merged" });
    expect(() => checkReferences("stages.yaml", plan)).toThrow("stage small names neither base nor converter");
  });
});

describe("before its first stage starts, a plan is refused if", () => {
  const needs = (plan: TrainingStage[], passed: readonly string[] = []): Parameters<typeof checkNeeds>[0] => ({
    programmeDir: folder,
    python: process.execPath,
    stages: plan,
    done: plan.map((stage) => ({
      name: stage.name,
      kind: kindOf(stage),
      state: passed.includes(stage.name) ? "passed" : "waiting",
      detail: null,
      jobId: null,
      datasetDigest: null,
      output: null,
      sha256: null,
    })),
  });

  test("a place of export exists, unless that stage has passed", () => {
    writeFileSync(join(folder, "released"), "");
    const plan = planOf(TRAIN, { name: "out", export: "sft", to: "released" });
    expect(() => checkNeeds(needs(plan))).toThrow("stage out: released already exists");
    expect(() => checkNeeds(needs(plan, ["sft", "out"]))).not.toThrow();
  });

  test.for(["base", "converter"])("the file of a GGUF stage's %s is missing", (field) => {
    const plan = planOf(TRAIN, MERGE, { name: "small", gguf: "merged", [field]: "file" });
    expect(() => checkNeeds(needs(plan))).toThrow("stage small: file does not exist");
    writeFileSync(join(folder, "file"), "");
    expect(() => checkNeeds(needs(plan))).not.toThrow();
  });

  test("no Python can merge", () => {
    expect(() => checkNeeds({ ...needs(planOf(TRAIN, MERGE)), python: undefined })).toThrow(
      "stage merged needs a Python that can merge and convert",
    );
    expect(() => checkNeeds({ ...needs(planOf(TRAIN)), python: undefined })).not.toThrow();
  });
});

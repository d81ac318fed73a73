import fc from "fast-check";
import { expect, test } from "vitest";

import type { ProgrammeInput } from "../../../../src/domain/programme.ts";
import { hasEffectIn, programmeFolder } from "../../../programme/study/field-effect.ts";

programmeFolder();

type Training = NonNullable<ProgrammeInput["training"]>;

const ON_ONE = { gpu: "H100-80GB-SXM", gpuCount: 1 } as const;
const rows = { plannedRows: 8_000, meanTokens: 400 };

/** Every method, with the data that it trains on. */
const METHODS: Readonly<Record<string, { training: Training; data: ProgrammeInput["data"] }>> = {
  lora: { training: { ...ON_ONE, method: "lora" }, data: rows },
  qlora: { training: { ...ON_ONE, method: "qlora" }, data: rows },
  dora: { training: { ...ON_ONE, method: "dora" }, data: rows },
  "full-sft": { training: { ...ON_ONE, gpuCount: 8, method: "full-sft" }, data: rows },
  corpus: { training: { ...ON_ONE, gpuCount: 8, method: "continued-pretraining" }, data: { corpusTokens: 2e9 } },
  dpo: { training: { ...ON_ONE, method: "dpo" }, data: { preferencePairs: 3_000, meanTokens: 400 } },
  grpo: { training: { ...ON_ONE, method: "grpo" }, data: rows },
  "grpo after sft": { training: { ...ON_ONE, method: "grpo", sftFirst: true }, data: rows },
};

const TASKS = ["chat", "classification", "code", "extraction", "qa", "reasoning"] as const;

/** Fields that apply to some methods and tasks only, each with a value that is not its default. */
const FIELDS: Readonly<Record<string, unknown>> = {
  "training.groupSize": 5,
  "training.completionTokens": 333,
  "training.loraRank": 48,
  "training.epochs": 2,
  "training.approveAboveUsd": "75",
  "training.target": "cluster",
  "task.classes": 7,
  "data.preferencePairs": 2_500,
  "data.corpusTokens": 3e9,
  "data.minutesPerRow": 3,
};

test("a field that is stated changes the study, is named in it or is refused, for each method and task", async () => {
  const method = fc.constantFrom(...Object.keys(METHODS));
  const field = fc.constantFrom(...Object.keys(FIELDS));
  await fc.assert(
    fc.asyncProperty(method, field, fc.constantFrom(...TASKS), async (name, path, kind) => {
      const change = { ...METHODS[name]!, task: { kind, goals: ["format"] } } as Partial<ProgrammeInput>;
      expect(await hasEffectIn(change, path, FIELDS[path]), `${path} with ${name} for ${kind}`).toBe(true);
    }),
    { numRuns: Number(process.env["TUNEWRIGHT_STATED"] ?? 12), endOnFailure: true },
  );
});

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

/** Fields that apply to some methods and tasks only, each with a value that is not its default, or with its default. */
const FIELDS: readonly (readonly [field: string, value: unknown])[] = [
  ["training.groupSize", 5],
  ["training.completionTokens", 333],
  ["training.loraRank", 48],
  ["training.epochs", 2],
  ["training.approveAboveUsd", "75"],
  ["training.target", "cluster"],
  ["task.classes", 7],
  ["data.preferencePairs", 2_500],
  ["data.corpusTokens", 3e9],
  ["data.minutesPerRow", 3],
];

const volumes = { inputTokensPerMonth: 5e9, outputTokensPerMonth: 9e8 };
const api = { api: "openai/gpt-4o", apiUsdPerMonth: "60000" };

/** Programmes that state what serving costs, with and without the traffic and the API that it is compared with. */
const STATED_COSTS: Readonly<Record<string, Partial<ProgrammeInput>>> = {
  "traffic and an API": { serving: { ...volumes, monthlyUsd: "9000" }, today: api },
  "traffic and a spend": { serving: { ...volumes, monthlyUsd: "9000" }, today: { apiUsdPerMonth: "60000" } },
  "a spend": { serving: { monthlyUsd: "9000" }, today: { apiUsdPerMonth: "60000" } },
  "an API": { serving: { monthlyUsd: "9000" }, today: api },
};

const SERVING_FIELDS: readonly (readonly [field: string, value: unknown])[] = [
  ["serving.gpu", "A100-80GB-SXM"],
  ["serving.gpuCount", 4],
  ["serving.outputTokensPerSec", 900],
  ["serving.gpuUsdPerHour", "7.70"],
  ["serving.spareReplicas", 2],
  ["serving.peakOverMean", 7],
  ["serving.requestInputTokens", 700],
  ["serving.requestOutputTokens", 90],
  ["serving.inputTokensPerMonth", 4e9],
  ["serving.outputTokensPerMonth", 8e8],
  ["serving.traffic", "traffic.json"],
  ["serving.loadTest", "loadtest.json"],
];

/** Every so many cases in CI; all of them with TUNEWRIGHT_STATED=1. */
const STRIDE = Number(process.env["TUNEWRIGHT_STATED"] ?? 37);

/** Every `STRIDE`th case, from one that depends on the seed of the suite. */
function some<Case>(cases: readonly Case[]): Case[] {
  const first = Number(process.env["FC_SEED"] ?? 0) % STRIDE;
  return cases.filter((_, index) => index % STRIDE === first);
}

test("a field that is stated changes the study, is named in it or is refused, for each method and task", async () => {
  const cases = Object.entries(METHODS).flatMap(([name, method]) =>
    TASKS.flatMap((kind) => FIELDS.map(([field, value]) => ({ name, method, kind, field, value }))),
  );
  const silent: string[] = [];
  for (const { name, method, kind, field, value } of some(cases)) {
    const change: Partial<ProgrammeInput> = { ...method, task: { kind, goals: ["format"] } };
    if (!(await hasEffectIn(change, field, value))) silent.push(`${field} with ${name} for ${kind}`);
  }
  expect(silent).toEqual([]);
}, 3_600_000);

test("the rank of adapters is named where no adapter is trained, also if it is stated at its default", async () => {
  for (const name of ["full-sft", "corpus"])
    expect(await hasEffectIn(METHODS[name]!, "training.loraRank", 16), name).toBe(true);
});

test.each(Object.entries(STATED_COSTS))(
  "a field of serving that is stated next to its cost has an effect or is named, with %s",
  async (name, change) => {
    const silent: string[] = [];
    for (const [field, value] of SERVING_FIELDS)
      if (!(await hasEffectIn(change, field, value))) silent.push(`${field} with ${name}`);
    expect(silent).toEqual([]);
  },
);

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect } from "vitest";

import { Failure } from "../../../src/base/failure.ts";
import { Programme, type ProgrammeInput } from "../../../src/domain/programme.ts";
import { feasibility } from "../../../src/programme/study/feasibility.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { type SchemaLeaf, otherValues, schemaLeaves } from "./schema-leaves.ts";

const DAY = "2026-06-15";
const folder = mkdtempSync(join(tmpdir(), "tunewright-every-field-"));
const fixture = (path: string): string => fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url));
const line = (prompt: string): string =>
  JSON.stringify({ prompt, completion: `${prompt.length}`, extra: "x".repeat(40) });

/** Writes the folder that the programmes are of, for all tests of a file. */
export function programmeFolder(): void {
  beforeAll(writeFiles);
  afterAll(() => rmSync(folder, { recursive: true }));
}

function writeFiles(): void {
  cpSync(fixture("workspace/tokenizer.json"), join(folder, "own-tokenizer.json"));
  for (const name of ["traffic.json", "loadtest.json"]) cpSync(fixture(`workspace/${name}`), join(folder, name));
  const rows = Array.from({ length: 30 }, (_, row) => line(`How long is the question with number ${row * 7}?`));
  writeFileSync(join(folder, "train.jsonl"), rows.join("\n"));
  writeFileSync(join(folder, "more.jsonl"), rows.slice(0, 20).join("\n"));
  writeFileSync(join(folder, "eval.jsonl"), rows.slice(0, 5).join("\n"));
  writeFileSync(
    join(folder, "claims.csv"),
    "Text;Klasse;prompt;completion\nSturm, am Dach;Wind;a;b\nRohr, im Keller;Wasser;c;d\n",
  );
}

/** Fields that need not change the study, each with the reason. */
export const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  version: "one version exists: the schema allows no other value",
};

/** Fields of the stages of a pipeline: `data run` takes them, not the study; test/full/curate/stage-options.test.ts proves each. */
const STAGES = "data.pipeline[]";

/** Assumption that stands for all of them. */
const ASSUMPTION = "evaluation.setup.usd";

/** A programme in which most fields matter. */
const STATED: ProgrammeInput = {
  name: "A programme",
  start: "2026-07-01",
  task: { kind: "classification", goals: ["style", "format"], classes: 2 },
  model: { base: "meta-llama/Llama-3.1-8B-Instruct" },
  data: {
    files: [
      { path: "train.jsonl", role: "train", origin: "own" },
      { path: "eval.jsonl", role: "eval", origin: "own" },
    ],
    plannedRows: 8_000,
    meanTokens: 400,
  },
  training: { method: "lora", gpu: "H100-80GB-SXM", gpuCount: 1 },
  today: { apiUsdPerMonth: "60000" },
  serving: { inputTokensPerMonth: 5e9, outputTokensPerMonth: 9e8 },
  quoted: {
    source: "a stated budget",
    asOf: "2026-06-01",
    totalUsd: "60000",
    lines: [
      {
        category: "training",
        label: "Compute",
        usd: "60",
        quantity: 24,
        unit: "GPU-hour",
        unitUsd: "2.50",
        basis: "a quote",
      },
      { category: "engineering", label: "Engineering", usd: "41000" },
    ],
    monthlyEvaluationUsd: "900",
    breakEvenMonth: 5,
  },
};

/** Rows whose fields must be named, of a public file without a licence. */
const CLAIMS = {
  path: "claims.csv",
  origin: "public",
  delimiter: "semicolon",
  fields: { prompt: "Text", completion: "Klasse" },
} as const;

/** Changes of it in which other fields do, with those that are tried there first; then each is tried in all. */
const SITUATIONS: readonly { fields: readonly string[]; change: Partial<ProgrammeInput> }[] = [
  { fields: [], change: {} },
  {
    fields: ["training.groupSize", "training.completionTokens"],
    change: { training: { ...STATED.training, preferencePass: "grpo" } },
  },
  {
    fields: ["training.sftFirst", "training.weights"],
    change: { training: { ...STATED.training, method: "grpo" } },
  },
  {
    fields: ["training.fleets"],
    change: { training: { method: "lora", fleets: [{ gpu: "H100-80GB-SXM", gpuCount: 1, gpuUsdPerHour: "2" }] } },
  },
  {
    fields: ["data.preferencePairs"],
    change: {
      data: { ...STATED.data, preferencePairs: 4_000 },
      training: { ...STATED.training, preferencePass: "dpo" },
    },
  },
  {
    fields: ["data.corpusTokens"],
    change: {
      data: { plannedRows: 0, corpusTokens: 2e9 },
      task: { kind: "domain-corpus", goals: ["knowledge"] },
      training: { ...STATED.training, method: "continued-pretraining" },
    },
  },
  {
    fields: ["serving.traffic", "serving.peakOverMean", "today.api"],
    change: { serving: { traffic: "traffic.json" }, today: { api: "openai/gpt-4o" } },
  },
  {
    fields: ["data.files[].licence", "data.files[].fields", "data.files[].delimiter"],
    change: { data: { ...STATED.data, files: [CLAIMS] } },
  },
  {
    fields: ["data.doubleLabelledShare", "data.tokenizer"],
    change: { data: { ...STATED.data, personalData: "phi", regulated: true, thirdParty: true } },
  },
  {
    fields: ["compliance", "training.term", "training.sellerClass"],
    change: { compliance: { euMarket: true, distributesWeights: true } },
  },
  { fields: ["task.narrow", "requirements.apiAllowed"], change: { today: { apiUsdPerMonth: "9000" } } },
  {
    fields: ["assumptions"],
    change: { assumptions: { [ASSUMPTION]: { p10: 2_000, p50: 5_000, p90: 9_000, note: "an offer" } } },
  },
];

/** The situations in the order in which a field is tried in them. */
function situationsOf(path: string): (typeof SITUATIONS)[number][] {
  const isFirst = ({ fields }: (typeof SITUATIONS)[number]): boolean => fields.some((field) => path.startsWith(field));
  return SITUATIONS.toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a)));
}

/** Words that a field of text may be changed to, where not any text will do. */
const WORDS: Readonly<Record<string, readonly unknown[]>> = {
  "model.base": ["Qwen/Qwen2.5-7B"],
  "data.files[].path": ["more.jsonl"],
  "data.files[].licence": ["MIT"],
  "data.tokenizer": ["own-tokenizer.json"],
  "training.gpu": ["A100-80GB-SXM"],
  "training.fleets[].gpu": ["A100-80GB-SXM"],
  "serving.gpu": ["A100-80GB-SXM"],
  "serving.traffic": ["traffic.json"],
  "serving.loadTest": ["loadtest.json"],
  "today.api": ["openai/gpt-4o-mini", "openai/gpt-4o"],
};
const ANY_WORDS = ["another", "Text", "90000", "123.45", "2026-09-01", "2026-06-20"];

type Json = Record<string, unknown>;

/** The value at a path of a programme; of an array the first item, of a record the one that `keysOf` names. */
function valueAt(root: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((value, key) => (value as Json | undefined)?.[key], root);
}

function keysOf(path: string): string[] {
  const [record, inside] = path.split("{}");
  const keys = (part: string): string[] =>
    part
      .replaceAll("[]", ".0")
      .split(".")
      .filter((key) => key !== "");
  const one = record === "training.python" ? "trl" : ASSUMPTION;
  return inside === undefined ? keys(path) : [...keys(record!), one, ...keys(inside)];
}

function programmeWith(base: ProgrammeInput, keys: readonly string[], value: unknown): ProgrammeInput {
  const copy = structuredClone(base) as unknown as Json;
  let inner: Json = copy;
  for (const [place, key] of keys.entries()) {
    if (place === keys.length - 1) inner[key] = value;
    else inner = (inner[key] ??= /^\d+$/.test(keys[place + 1]!) ? [] : {}) as Json;
  }
  return copy as unknown as ProgrammeInput;
}

/**
 * Statements of a study about a programme, without those that only repeat the programme; undefined if it cannot be
 * studied.
 */
async function saidOf(programme: ProgrammeInput): Promise<string | undefined> {
  writeFileSync(join(folder, "programme.yaml"), JSON.stringify(programme));
  try {
    const loaded = await readProgramme(folder, DAY);
    const options = { on: DAY, tool: "Tunewright 0.0.0", exact: true, seed: 1, draws: 1_000, onStep: () => undefined };
    const study = await feasibility(loaded, options);
    const figures = study.figures.filter(({ id }) => !id.startsWith("user."));
    return JSON.stringify({ ...study, files: [], programmeSha256: "", figures });
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

const bases = new Map<object, Promise<string | undefined>>();

/** True where a change of the field changes what the study says in one of the situations. */
export async function hasEffect({ path, schema }: SchemaLeaf): Promise<boolean> {
  const keys = keysOf(path);
  for (const situation of situationsOf(path)) {
    const base: ProgrammeInput = { ...STATED, ...situation.change };
    if (!bases.has(situation)) bases.set(situation, saidOf(base));
    const before = await bases.get(situation);
    expect(before, `cannot be studied: ${JSON.stringify(situation.change)}`).toBeDefined();
    for (const value of otherValues(schema, valueAt(base, keys), WORDS[path] ?? ANY_WORDS)) {
      const after = await saidOf(programmeWith(base, keys, value));
      if (after !== undefined && after !== before) return true;
    }
  }
  return false;
}

/** True if stating a field changes what the study says in this one situation. */
export async function hasEffectIn(change: Partial<ProgrammeInput>, path: string, value: unknown): Promise<boolean> {
  const base: ProgrammeInput = { ...STATED, ...change };
  const before = await saidOf(base);
  expect(before, `cannot be studied: ${JSON.stringify(change)}`).toBeDefined();
  const after = await saidOf(programmeWith(base, keysOf(path), value));
  // A refusal says more than a study.
  return after === undefined || after !== before;
}

/** Fields of a programme that the study takes. */
export const LEAVES: readonly SchemaLeaf[] = schemaLeaves(Programme).filter(({ path }) => !path.startsWith(STAGES));

import { expect, test } from "vitest";

import { Programme } from "../../../src/domain/programme.ts";
import { fleetProblems, mainMethodProblems } from "../../../src/programme/reading/main-method.ts";
import {
  crossFieldProblems,
  dateProblems,
  repeatedFiles,
  rowProblems,
} from "../../../src/programme/reading/programme-problems.ts";

type Fields = { data?: object; training?: object; start?: string; requirements?: object };

const programme = ({ data = { plannedRows: 1000 }, ...fields }: Fields): Programme =>
  Programme.parse({ name: "A", task: { kind: "qa", goals: ["format"] }, model: { base: "x" }, data, ...fields });

const ON = "2026-11-25";
const problems = (fields: Fields): string[] => {
  const whole = programme(fields);
  return [
    ...dateProblems(whole, ON),
    ...rowProblems(whole),
    ...crossFieldProblems(whole),
    ...mainMethodProblems(whole),
    ...fleetProblems(whole),
  ].map(({ field, text }) => `${field.join(".")}: ${text}`);
};

const CORPUS = { corpusTokens: 2e9 };
const PAIRS = { preferencePairs: 500 };
const FLEETS = [{ gpu: "H100-80GB-SXM", gpuCount: 8 }];

test.each<[problem: string, contradictory: Fields, near: Fields]>([
  [
    "requirements.deadline: the deadline 2026-11-24 is in the past",
    { requirements: { deadline: "2026-11-24" } },
    { requirements: { deadline: ON } },
  ],
  [
    "start: the start 2026-12-01 is not before the deadline 2026-12-01",
    { start: "2026-12-01", requirements: { deadline: "2026-12-01" } },
    { start: "2026-11-30", requirements: { deadline: "2026-12-01" } },
  ],
  [
    "data.syntheticRows: 1001 synthetic rows exceed the 1000 planned rows",
    { data: { plannedRows: 1000, syntheticRows: 1001 } },
    { data: { plannedRows: 1000, syntheticRows: 1000 } },
  ],
  ["data.plannedRows: no rows and no corpus are planned", { data: {} }, { data: CORPUS }],
  [
    "data.plannedRows: lora trains on rows, but none are planned",
    { data: CORPUS, training: { method: "lora" } },
    { data: CORPUS, training: { method: "continued-pretraining" } },
  ],
  [
    "data.plannedRows: the GRPO pass samples answers to the planned rows",
    { data: CORPUS, training: { preferencePass: "grpo" } },
    { data: CORPUS, training: { preferencePass: "none" } },
  ],
  [
    "data.plannedRows: a supervised run comes first (training.sftFirst), but no rows are planned",
    { data: PAIRS, training: { method: "dpo", sftFirst: true } },
    { data: PAIRS, training: { method: "dpo" } },
  ],
  [
    "training.method: continued-pretraining needs the size of its corpus",
    { training: { method: "continued-pretraining" } },
    { data: CORPUS, training: { method: "continued-pretraining" } },
  ],
  [
    "training.gpuUsdPerHour: your own price applies to one GPU",
    { training: { gpuUsdPerHour: "2.00" } },
    { training: { gpuUsdPerHour: "2.00", gpu: "H100-80GB-SXM" } },
  ],
  [
    "training.sftFirst: applies to method dpo or grpo, but the method is lora",
    { training: { method: "lora", sftFirst: true } },
    { data: { plannedRows: 1000, ...PAIRS }, training: { method: "dpo", sftFirst: true } },
  ],
  [
    "training.weights: applies to method dpo or grpo, but the method is lora",
    { training: { method: "lora", weights: "lora" } },
    { training: { method: "grpo", weights: "lora" } },
  ],
  [
    "training.preferencePass: a dpo pass cannot follow method grpo",
    { training: { method: "grpo", preferencePass: "dpo" } },
    { training: { method: "grpo" } },
  ],
  [
    "data.preferencePairs: dpo trains on preference pairs, and none are planned",
    { data: {}, training: { method: "dpo" } },
    { data: PAIRS, training: { method: "dpo" } },
  ],
  [
    "data.plannedRows: 1000 rows are planned, but dpo without a supervised run trains only on the 500 pairs",
    { data: { plannedRows: 1000, ...PAIRS }, training: { method: "dpo" } },
    { data: { plannedRows: 500, ...PAIRS }, training: { method: "dpo" } },
  ],
  ...Object.entries({ gpu: "H100-80GB-SXM", gpuCount: 8, hoursPerRun: 5 }).map(
    ([name, value]): [string, Fields, Fields] => [
      `training.${name}: applies to one fleet, but training.fleets states several`,
      { training: { fleets: FLEETS, [name]: value } },
      { training: { fleets: FLEETS } },
    ],
  ),
])("a programme with %s is refused, and not the near miss", (problem, contradictory, near) => {
  expect(problems(contradictory)).toEqual([expect.stringContaining(problem)]);
  expect(problems(near)).toEqual([]);
});

test("a file that is listed twice is named with its first line, and with both roles where they differ", () => {
  const file = (path: string, role: string) => ({ path, role, origin: "own" });
  const whole = programme({
    data: {
      plannedRows: 10,
      files: [file("a.jsonl", "train"), file("b.jsonl", "eval"), file("./a.jsonl", "eval"), file("a2.jsonl", "train")],
    },
  });
  const texts = (targets: (string | undefined)[]) =>
    repeatedFiles(whole, targets, ([, , index]) => 10 + Number(index)).map(
      ({ field, text }) => `${field.join(".")}: ${text}`,
    );
  expect(texts(["/a", "/b", "/a", "/a"])).toEqual([
    'data.files.2.path: "./a.jsonl" is the file "a.jsonl" of line 10 again: role train there, eval here',
    'data.files.3.path: "a2.jsonl" is the file "a.jsonl" of line 10 again',
  ]);
  expect(texts([undefined, "/b", undefined, undefined])).toEqual([]);
});

import { expect, test } from "vitest";

import { EvaluationGate } from "../../src/domain/evaluation.ts";
import type { SliceDifference } from "../../src/domain/evaluation-comparison.ts";
import type { EvaluationResult } from "../../src/domain/evaluation-result.ts";
import { type GateFacts, judgeGate, signed } from "../../src/evaluate/compare/judge-gate.ts";

const FINGERPRINTS = { prompt: "p", scorers: "s", sampling: "s", gates: "g", target: "t" };

const result = (target: string, over: object = {}): EvaluationResult =>
  ({
    id: target,
    target,
    items: 200,
    counts: { answers: 200, answered: 200, errors: 0 },
    isComplete: true,
    stopped: null,
    fingerprints: FINGERPRINTS,
    judged: [],
    contamination: null,
    ...over,
  }) as unknown as EvaluationResult;

const DIFFERENCE = {
  scorer: "exact",
  n: 200,
  baseline: 0.8,
  target: 0.8,
  difference: 0,
  interval: { low: -0.02, high: 0.02 },
  method: "tango",
  onlyBaseline: 4,
  onlyTarget: 4,
  standardError: 0.01,
} as unknown as GateFacts["difference"];

const FACTS: GateFacts = {
  difference: DIFFERENCE,
  slices: [],
  baseline: result("base"),
  target: result("tuned"),
  answerScore: "exact",
  unscored: { baseline: 0, target: 0 },
  now: { baseline: FINGERPRINTS, target: FINGERPRINTS },
  trainedOn: ["train.jsonl"],
  changedFiles: [],
};

const slice = (difference: number, over: object = {}): SliceDifference => ({
  ...DIFFERENCE,
  field: "language",
  value: "de",
  n: 50,
  difference,
  adjustedP: 1,
  ...over,
});

/** The conditions that a gate fails on, each with its text. */
const failed = (gate: object, facts: Partial<GateFacts>): string[] => {
  const stated = { name: "release", target: "tuned", baseline: "base", scorer: "exact", margin: 0.03, ...gate };
  const { checks, passed } = judgeGate(EvaluationGate.parse(stated), { ...FACTS, ...facts });
  const open = checks.filter((check) => !check.passed);
  expect(passed).toBe(open.length === 0);
  return open.map(({ check, detail }) => `${check}: ${detail}`);
};

const within = (low: number): Partial<GateFacts> => ({
  difference: { ...DIFFERENCE, interval: { low, high: 0.05 } },
});
const SLICES = { slices: { maxFall: 0.05, minItems: 20 } };
const judged = (isAdmitted: boolean, reasons: string[] = []) => ({
  judged: [{ scorer: "exact", judges: [{ judge: "j1" }, { judge: "j2" }], isAdmitted, reasons }],
});
const found = (hits: number) => ({ contamination: { hitItems: Array.from({ length: hits }), against: "train.jsonl" } });

type Case = [words: string, gate: object, fails: Partial<GateFacts>, near: Partial<GateFacts>];

test.each<Case>([
  [
    "difference: difference 0.0000, 95 % interval -0.0300 to +0.0500; the lower bound must be above -0.0300",
    {},
    within(-0.03),
    within(-0.029),
  ],
  ["the lower bound must be above +0.0300", { kind: "superiority" }, within(0.03), within(0.031)],
  ["difference: there are too few items for an interval", {}, { difference: { ...DIFFERENCE, interval: null } }, {}],
  [
    "items: 200 items have a score on both; minItems is 201",
    { minItems: 201 },
    {},
    { difference: { ...DIFFERENCE, n: 201 } },
  ],
  [
    "errors: tuned: 3 of 200 answers are missing; the limit is 1 %",
    {},
    { target: result("tuned", { counts: { answers: 200, errors: 3 } }) },
    { target: result("tuned", { counts: { answers: 200, errors: 2 } }) },
  ],
  [
    "errors: tuned: 3 of 200 answers have no score exact; the limit is 1 %",
    {},
    { unscored: { baseline: 0, target: 3 } },
    { unscored: { baseline: 2, target: 2 } },
  ],
  [
    "errors: base: 0 of 0 answers are missing",
    {},
    { baseline: result("base", { counts: { answers: 0, errors: 0 } }) },
    {},
  ],
  [
    "complete: base: it was interrupted",
    {},
    { baseline: result("base", { isComplete: false, stopped: "it was interrupted" }) },
    {},
  ],
  ["slices: language = de: -0.0600 over 50 items", SLICES, { slices: [slice(-0.06)] }, { slices: [slice(-0.05)] }],
  [
    "slices: language = de: -0.0100",
    SLICES,
    { slices: [slice(-0.01, { adjustedP: 0.049 })] },
    { slices: [slice(-0.01, { adjustedP: 0.05 })] },
  ],
  [
    "slices: no slice has 20 items",
    SLICES,
    { slices: [slice(0, { n: 19 })] },
    { slices: [slice(0.2, { n: 20, adjustedP: 0.001 })] },
  ],
  [
    "judge: tuned: the human labels do not admit j1, j2: kappa is low",
    {},
    { target: result("tuned", judged(false, ["kappa is low"])) },
    { target: result("tuned", judged(true)) },
  ],
  [
    "do not admit j1, j2: unknown",
    {},
    { baseline: result("base", judged(false)) },
    { baseline: result("base", { judged: [{ ...judged(false).judged[0], scorer: "other" }] }) },
  ],
  [
    "judge: base: the human labels do not admit j1, j2",
    {},
    {
      answerScore: "helpful", // the gate is on its pass@k
      baseline: result("base", { judged: [{ ...judged(false).judged[0], scorer: "helpful" }] }),
    },
    {},
  ],
  [
    "contamination: the set has not been compared",
    { maxContaminatedShare: 0.01 },
    {},
    { target: result("tuned", found(0)) },
  ],
  [
    "contamination: 3 of 200 items were found in train.jsonl; the limit is 1 %",
    { maxContaminatedShare: 0.01 },
    { target: result("tuned", found(3)) },
    { target: result("tuned", found(2)) },
  ],
  [
    "contamination: the set was compared with train.jsonl; trainedOn of tuned is now v2.jsonl: run it again",
    { maxContaminatedShare: 0.01 },
    { target: result("tuned", found(0)), trainedOn: ["v2.jsonl"] },
    { target: result("tuned", found(0)) },
  ],
  ["stated-before: labels.jsonl was changed after an evaluation ran", {}, { changedFiles: ["labels.jsonl"] }, {}],
  ...(["prompt", "scorers", "sampling", "gates"] as const).map((part): Case => [
    `stated-before: the ${part} ${part === "prompt" || part === "sampling" ? "was" : "were"} changed`,
    {},
    { baseline: result("base", { fingerprints: { ...FINGERPRINTS, [part]: "older" } }) },
    {},
  ]),
])("a gate fails on %s, and not in the near miss", (words, gate, ...[fails, near]) => {
  expect(failed(gate, fails)).toEqual([expect.stringContaining(words)]);
  expect(failed(gate, near)).toEqual([]);
});

test("a gate that passes states each of its conditions", () => {
  const stated = { name: "release", target: "tuned", baseline: "base", scorer: "exact", margin: 0.03, ...SLICES };
  const gate = EvaluationGate.parse({ ...stated, maxContaminatedShare: 0 });
  const target = result("tuned", { ...judged(true), ...found(0) });
  const { checks } = judgeGate(gate, { ...FACTS, target, slices: [slice(0), slice(-1, { n: 3 })] });
  expect(checks.map(({ check, detail }) => `${check}: ${detail}`)).toEqual([
    "difference: difference 0.0000, 95 % interval -0.0200 to +0.0200; the lower bound must be above -0.0300",
    "items: 200 items have a score on both; minItems is 100",
    "errors: base: 0 of 200 answers are missing; the limit is 1 %",
    "errors: tuned: 0 of 200 answers are missing; the limit is 1 %",
    "slices: none of 1 slice falls by more than 0.05 or significantly; 1 slice with fewer than 20 items is not judged",
    "contamination: 0 of 200 items were found in train.jsonl; the limit is 0 %",
    "judge: tuned: the human labels admit j1, j2",
    "stated-before: the gates are unchanged since the evaluations ran",
  ]);
});

test("contamination and slices have no condition where the gate states none", () => {
  expect(failed({}, { target: result("tuned", found(200)), slices: [slice(-0.5, { adjustedP: 0 })] })).toEqual([]);
});

test.each<[what: string, gate: object, difference: object, more: RegExp]>([
  // Tango's score test, 4 % of the items differ: n so that a target that is as good passes in 80 of 100 cases.
  ["pairs of right and wrong", {}, {}, /; a target that is as good needs about [1-9]\d+ items to pass$/],
  ["a mean score", {}, { method: "t", standardError: 0.02 }, /needs about 698 items to pass$/],
  ["a margin of nothing, which no number of items shows", { margin: 0 }, {}, /above 0\.0000$/],
  ["no spread to plan with", {}, { method: "t", standardError: null }, /above -0\.0300$/],
  ["superiority, which equals never show", { kind: "superiority" }, {}, /above \+0\.0300$/],
])("a difference that does not decide says how many items would, for %s", (_what, gate, ...[difference, more]) => {
  const wide = { ...DIFFERENCE, interval: { low: -0.05, high: 0.05 }, ...difference } as GateFacts["difference"];
  expect(failed(gate, { difference: wide })).toEqual([expect.stringMatching(more)]);
});

test("where a lower score is better, the bounds and the slices are mirrored", () => {
  const lower = { better: "lower", ...SLICES };
  const at = (low: number, high: number) => ({ difference: { ...DIFFERENCE, interval: { low, high } } });
  expect(failed(lower, { ...at(-0.5, 0.02), slices: [slice(-0.5, { adjustedP: 0 })] })).toEqual([]);
  expect(failed(lower, { ...at(-0.02, 0.04), slices: [slice(0.06)] })).toEqual([
    expect.stringMatching(/^difference: .*; the upper bound must be below \+0\.0300/),
    expect.stringMatching(/^slices: language = de: \+0\.0600 .* must not rise by more than 0\.05/),
  ]);
  const superiority = { better: "lower", kind: "superiority" };
  expect(failed(superiority, at(-0.09, -0.04))).toEqual([]);
  expect(failed(superiority, at(-0.09, -0.02))).toEqual([expect.stringContaining("must be below -0.0300")]);
});

test.each([
  [0.00004, "0.0000"],
  [-0.00004, "0.0000"],
  [0.5, "+0.5000"],
  [-0.5, "-0.5000"],
])("a difference of %d is shown as %s", (value, text) => {
  expect(signed(value)).toBe(text);
});

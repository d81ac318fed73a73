import { expect, test } from "vitest";

import { MethodFacts, type MethodFactsInput } from "../../../src/domain/method-facts.ts";
import { GATE_RULES } from "../../../src/plan/method/fine-tune-gate.ts";
import { METHOD_RULES } from "../../../src/plan/method/method-rules.ts";
import { chooseMethod } from "../../../src/plan/method/method.ts";
import { GATE_CASES, METHOD_CASES, PLAIN } from "./rule-cases.ts";

const refusal = { refused: "not estimated here", hint: "none" };

/** The rules whose sentences a choice gives. */
function spoken(facts: Partial<MethodFactsInput>): { gate: string[]; methods: string[] } {
  const { fineTuneReasons, ranking } = chooseMethod(MethodFacts.parse({ ...PLAIN, ...facts }), () => ({
    memory: refusal,
    gpuHours: refusal,
    cost: refusal,
    fleet: null,
  }));
  const reasons = ranking.flatMap(({ why, whyNot }) => [...why, ...whyNot]);
  return { gate: fineTuneReasons.map(({ rule }) => rule), methods: reasons.map(({ rule }) => rule) };
}

test.each(GATE_CASES)("$rule speaks on its condition, and not next to it", ({ rule, fires, silent }) => {
  expect(spoken(fires).gate).toContain(rule);
  if (silent !== null) expect(spoken(silent).gate).not.toContain(rule);
});

test.each(METHOD_CASES)("$rule speaks on its condition, and not next to it", ({ rule, fires, silent }) => {
  expect(spoken(fires).methods).toContain(rule);
  if (silent !== null) expect(spoken(silent).methods).not.toContain(rule);
});

test("every rule has a case", () => {
  expect(GATE_CASES.map(({ rule }) => rule)).toEqual(GATE_RULES.map(({ id }) => id));
  expect(METHOD_CASES.map(({ rule }) => rule).toSorted()).toEqual(METHOD_RULES.map(({ id }) => id).toSorted());
});

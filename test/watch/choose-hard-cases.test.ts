import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { chooseHardCases, type HardCase } from "../../src/watch/choose-hard-cases.ts";
import { hashedVector, vectorOf, vectorText } from "../../src/watch/hashed-vector.ts";

function hardCase(id: string, text: string, reasons: HardCase["reasons"] = ["refusal"]): HardCase {
  return { id, reasons, vector: vectorOf(vectorText(hashedVector(text))), timeMs: 0 };
}

const ASKED = [
  "reset my password",
  "cancel the order of a lamp",
  "what is the weather in Oslo",
  "translate this poem",
  "open an account",
];

describe("the choice of hard cases", () => {
  test("takes a question once, however often it was asked", () => {
    const same = Array.from({ length: 20 }, (_, k) => hardCase(`a${k}`, "How do I reset my password?"));
    const found = chooseHardCases([...same, hardCase("b", "Write a poem about the sea")], 10);
    expect(found.chosen).toHaveLength(2);
    expect(found.nearDuplicates).toBe(19);
  });

  test("lets a rare reason have its turn", () => {
    const many = ASKED.map((text, k) => hardCase(`r${k}`, text));
    const rare = hardCase("f", "an invoice in Danish", ["negative-feedback"]);
    expect(chooseHardCases([...many, rare], 2).chosen.map(({ id }) => id)).toContain("f");
  });

  test("is the same for any order, keeps the budget, and counts every case once", () => {
    const reasons = fc.subarray(["refusal", "negative-feedback", "far-from-reference"] as const, { minLength: 1 });
    const one = fc.tuple(fc.constantFrom(...ASKED), fc.constantFrom(...ASKED), reasons);
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (drawn, budget) => {
        const cases = drawn.map(([a, b, why], k) => hardCase(`c${k}`, `${a} ${b}`, why));
        const found = chooseHardCases(cases, budget);
        expect(chooseHardCases(cases.toReversed(), budget)).toEqual(found);
        expect(found.chosen.length).toBeLessThanOrEqual(budget);
        expect(found.chosen.length + found.nearDuplicates + found.overBudget).toBe(cases.length);
      }),
      { seed: 4, numRuns: 40 },
    );
  });
});

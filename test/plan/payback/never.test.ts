import { expect, test } from "vitest";

import { neverWords } from "../../../src/plan/payback/never.ts";

const refused = (text: string) => ({ refused: text, hint: "" });

test.each([
  ["it does not pay back within 60 months in 76 % of the draws", "never"],
  ["it does not pay back within 60 months in 50 % of the draws", "never"],
  ["never in 96 % of the draws: a replica at full load costs more than the API", "never"],
  ["never in 30 % of the draws: a replica at full load costs more than the API", "never in 30 % of draws"],
  ["the traffic is unknown: set serving.inputTokensPerMonth", undefined],
  ["serving is unknown: never mind", undefined],
])("%s: %s", (text, words) => {
  expect(neverWords(refused(text))).toBe(words);
});

test("a value is not never", () => {
  expect(neverWords({ p10: 1, p50: 1, p90: 1, unit: "months", basis: "", n: 0, sources: [] })).toBeUndefined();
});

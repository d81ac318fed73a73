import { expect, test } from "vitest";

import { neverWords } from "../../../src/plan/payback/never.ts";

test.each([
  [0.76, "never"],
  [0.5, "never"],
  [0.3, "never in 30 % of draws"],
  [undefined, undefined],
])("a refusal that is never in a share of %d of the draws: %s", (neverShare, words) => {
  const refusal = { refused: "serving is unknown: never in 60 months", hint: "" };
  expect(neverWords(neverShare === undefined ? refusal : { ...refusal, neverShare })).toBe(words);
});

test("a value is not never", () => {
  expect(neverWords({ p10: 1, p50: 1, p90: 1, unit: "months", basis: "", n: 0, sources: [] })).toBeUndefined();
});

import { describe, expect, test } from "vitest";

import { JudgeThresholds } from "../../src/domain/judge-thresholds.ts";
import { checkJudge, type JudgeTerms } from "../../src/evaluate/judge/check-judge.ts";
import type { JudgedRow } from "../../src/evaluate/judge/judged-row.ts";

const TERMS: JudgeTerms = { positive: ["yes"], thresholds: JudgeThresholds.parse({}), labelsFrom: "sample" };

/** A judge that is right on all rows but every `wrongEvery`-th. */
function rowsOf(count: number, judge: (human: string, index: number) => string): JudgedRow[] {
  return Array.from({ length: count }, (_, index) => {
    const human = index % 2 === 0 ? "yes" : "no";
    return { human, judge: judge(human, index) };
  });
}

describe("a judge is refused where", () => {
  const good = (human: string): string => human;
  test.each([
    ["there are too few labels", rowsOf(150, good), "150 human labels"],
    ["it always says yes", rowsOf(300, () => "yes"), "specificity is 0.000"],
    [
      "it answers in prose",
      rowsOf(300, (human, i) => (i % 20 === 0 ? "Well, it depends." : human)),
      "without a verdict is 5 %",
    ],
    [
      "it turns with the order",
      rowsOf(300, good).map((row, i) => ({
        ...row,
        swapped: i % 3 > 0 ? row.judge : row.judge === "no" ? "yes" : "no",
      })),
      "change with the order",
    ],
    ["it is no better than chance", rowsOf(300, (_, i) => (i % 4 < 2 ? "yes" : "no")), "kappa is 0.000"],
  ])("%s", (_name, rows, reason) => {
    const check = checkJudge(rows, TERMS);
    expect(check.admitted).toBe(false);
    expect(check.reasons.join("\n")).toContain(reason);
  });

  test("people gave one label alone: kappa cannot be measured", () => {
    const check = checkJudge(
      rowsOf(300, () => "yes").map((row) => ({ ...row, human: "yes" })),
      TERMS,
    );
    expect(check.reasons.join("\n")).toContain("kappa cannot be measured");
  });
});

test("a judge that errs on one row in 20 is admitted, and a length effect and a self-preference are measured", () => {
  const rows = rowsOf(400, (human, i) => (i % 20 === 1 ? "yes" : human)).map((row, i) => ({
    ...row,
    length: row.judge === row.human ? 10 : 1000,
    isOwn: i % 40 === 1,
  }));
  const check = checkJudge(rows, TERMS);
  expect([check.admitted, check.reasons]).toEqual([true, []]);
  expect(check.rate).toMatchObject({ judge: { value: 0.55 }, corrected: { value: 0.5 }, method: "people" });
  expect(check.lengthEffect).toMatchObject({ value: 0.1, n: 400 });
  expect(check.selfPreference.value).toBeCloseTo(1 - 10 / 390, 12);
});

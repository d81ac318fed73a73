import { describe, expect, test } from "vitest";

import {
  amount,
  clause,
  counted,
  endsInNever,
  hoursSpan,
  lowered,
  minus,
  monthsSpan,
  neverText,
  percent,
  percentRange,
  sentence,
  span,
  usd,
  whole,
} from "../../src/base/words.ts";

test.each([
  [125_091.4, "125,000"],
  [9.5, "9.50"],
  [10.04, "10"],
  [0, "0"],
  [0.004, "0.004"],
  [1_234_567, "1,230,000"],
  [-2.5, "-2.50"],
  [9.996, "10.00"],
  [10, "10"],
  [0.01, "0.01"],
])("an estimate of %d dollars reads %s", (value, text) => {
  expect(usd(value)).toBe(text);
});

test.each([
  ["125091.00", "125,091"],
  ["1.71", "1.71"],
  ["1234567.5", "1,234,567.5"],
  ["0", "0"],
])("an exact amount of %s reads %s", (decimal, text) => {
  expect(amount(decimal)).toBe(text);
});

test.each([
  [0.12, "12 %"],
  [0.000056, "< 0.1 %"],
  [0.001, "0.1 %"],
  [0, "0 %"],
  [1, "100 %"],
  [0.9949, "99 %"],
  [0.995, "99.5 %"],
  [0.99999, "99.99 %"],
  [1 - 1e-13, "100 %"],
])("a share of %d reads %s", (share, text) => {
  expect(percent(share)).toBe(text);
});

test("a range of shares has its sign once", () => {
  expect(percentRange(0.6, 0.7)).toBe("60–70 %");
});

test.each([
  [{ p10: 0.276, p90: 0.423 }, "17–25 min"],
  [{ p10: 0.5, p90: 0.5 }, "30 min"],
  [{ p10: 1.2, p90: 1.6 }, "1.2–1.6 h"],
  [{ p10: 6, p90: 6 }, "6 h"],
  [{ p10: 1.5, p90: 1.5 }, "1.5 h"],
])("hours %o read %s: both ends in one unit", (ends, text) => {
  expect(hoursSpan(ends)).toBe(text);
});

describe("ranges", () => {
  test("with a negative end are set apart by a word, so that minus and dash do not run together", () => {
    expect(span({ p10: -3, p90: 148 }, whole)).toBe("−3 to 148");
    expect(span({ p10: -3, p90: -3 }, whole)).toBe("−3");
    expect(span({ p10: 3, p90: 148 }, whole)).toBe("3–148");
    expect(span({ p10: 0, p90: 4 }, whole)).toBe("0–4");
    expect(minus("-1")).toBe("−1");
    expect(minus("1-2")).toBe("1-2");
  });
});

test("a sentence begins in upper case, unless with the name of a field or a file", () => {
  expect(sentence("one evaluation")).toBe("One evaluation");
  expect(sentence("data/train.jsonl has no rows")).toBe("data/train.jsonl has no rows");
  expect(sentence("serving.gpu: not known")).toBe("serving.gpu: not known");
});

test("inside a sentence words begin in lower case, unless they are names", () => {
  expect(lowered("Annotation minutes per pair")).toBe("annotation minutes per pair");
  expect(lowered("GPUs of one replica")).toBe("GPUs of one replica");
});

test.each([
  [{ p10: 5, p90: 13 }, 0.0006, "5–13"],
  [{ p10: 14, p90: 60 }, 0.35, "14 – never (35 % of draws)"],
  [{ p10: 5, p90: 13 }, null, "5–13"],
  [{ p10: 5, p90: 60 }, 0.1, "5 – never (10 % of draws)"],
  [{ p10: 60, p90: 60 }, 0.2, "60"],
])("months %o of which %s of the draws never come read %s", (ends, never, text) => {
  expect(monthsSpan(ends, never)).toBe(text);
});

test.each([
  [0.76, "never in 76 % of draws"],
  [0.99, "never in 99 % of draws"],
  [0.992, "never in over 99 % of draws"],
  [1, "never in 100 % of draws"],
])("a payback that %d of the draws never see reads %s", (share, text) => {
  expect(neverText(share)).toBe(text);
});

test("more than one draw in ten that never pays back makes the end of a span no month", () => {
  expect([null, 0.099, 0.1].map((share) => endsInNever(share))).toEqual([false, false, true]);
});

test.each([
  [1, "1 row"],
  [0, "0 rows"],
  [14_000, "14,000 rows"],
])("%d rows are counted as %s", (value, text) => {
  expect(counted(value, "row")).toBe(text);
});

test("a reason in a cell is its first clause, and is cut where that is long", () => {
  expect(clause("the load is not given: set serving.outputTokensPerMonth")).toBe("the load is not given");
  expect(clause("serving (1,200 USD (net) a month) costs more.")).toBe("serving costs more");
  expect(clause("serving.gpu is not known (set it)")).toBe("serving.gpu is not known");
  expect(clause("x".repeat(60))).toBe("x".repeat(60));
  expect(clause("x".repeat(80))).toBe(`${"x".repeat(59)}…`);
});

test("what rounds to nothing has no sign", () => {
  expect(whole(-0.4)).toBe("0");
  expect(span({ p10: -0.4, p90: 166 }, whole)).toBe("0 to 166");
});

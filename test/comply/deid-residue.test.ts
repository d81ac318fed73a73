import { expect, test } from "vitest";

import { residueOf } from "../../src/comply/deid-residue.ts";

const set = (known: number, right: number) => ({
  set: "a set",
  on: "2026-11-25",
  known,
  found: right,
  precision: 1,
  recall: known === 0 ? null : right / known,
});

test("what was missed follows from the recall and its interval", () => {
  // Wilson interval of 80 of 100, 95 %: 0.7112 to 0.8666 (Newcombe 1998, method 3, by hand).
  const residue = residueOf(100, [set(100, 80)])!;
  expect(residue.recallLow).toBeCloseTo(0.7112, 3);
  expect(residue.recallHigh).toBeCloseTo(0.8666, 3);
  expect(residue.middle).toBeCloseTo(25, 6);
  expect(residue.low).toBeCloseTo((100 * (1 - 0.8666)) / 0.8666, 1);
  expect(residue.high).toBeCloseTo((100 * (1 - 0.7112)) / 0.7112, 1);
});

test("with two sets the ends are those of the worst and the best, the middle is of both together", () => {
  const [bad, good] = [residueOf(100, [set(100, 50)])!, residueOf(100, [set(100, 90)])!];
  const both = residueOf(100, [set(100, 50), set(100, 90)])!;
  expect(both).toMatchObject({ low: good.low, high: bad.high });
  expect(both.middle).toBeCloseTo((100 * 60) / 140, 6);
});

test("a perfect recall on a small set still leaves something possible", () => {
  const residue = residueOf(100, [set(20, 20)])!;
  expect(residue.low).toBe(0);
  expect(residue.high).toBeGreaterThan(10);
});

test("a kind that no set has gives no estimate", () => {
  expect(residueOf(100, [])).toBeNull();
  expect(residueOf(100, [set(0, 0)])).toBeNull();
});

import { expect, test } from "vitest";

import { spread } from "../../../src/base/quantile.ts";
import type { Leaf } from "../../../src/plan/uncertainty/leaf.ts";
import { drawLeaves, evaluate } from "../../../src/plan/uncertainty/simulate.ts";

function leaf(id: string, isActivity: boolean): Leaf {
  const range = { p10: 100, p50: 200, p90: 400 };
  const source = { kind: "user", ref: "a test" } as const;
  const figure = { id, label: id, unit: "USD", ...range, inputs: [], source };
  return { figure, ...range, low: 0, high: Infinity, isActivity };
}

const OPTIONS = { seed: 1, draws: 4_000, activityCorrelation: 0.25 };

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (x: Float64Array): number => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [logA, logB] = [a.map(Math.log), b.map(Math.log)];
  const [meanA, meanB] = [mean(logA), mean(logB)];
  const product = mean(logA.map((value, i) => (value - meanA) * (logB[i]! - meanB)));
  return product / Math.sqrt(mean(logA.map((v) => (v - meanA) ** 2)) * mean(logB.map((v) => (v - meanB) ** 2)));
}

test("each leaf shows its own range without sampling noise", () => {
  const columns = drawLeaves([leaf("a", true), leaf("b", false)], OPTIONS);
  for (const column of columns.values()) {
    const { p10, p50, p90 } = spread(column);
    expect(p10).toBeCloseTo(100, 0);
    expect(p50).toBeCloseTo(200, 0);
    expect(p90).toBeCloseTo(400, -1);
  }
});

test("activities correlate as the assumption says, other leaves do not", () => {
  const columns = drawLeaves([leaf("a", true), leaf("b", true), leaf("c", false)], OPTIONS);
  expect(correlation(columns.get("a")!, columns.get("b")!)).toBeCloseTo(0.25, 1);
  expect(Math.abs(correlation(columns.get("a")!, columns.get("c")!))).toBeLessThan(0.05);
});

test("the order of leaves and a leaf more change no draw of the others", () => {
  const one = drawLeaves([leaf("a", true), leaf("b", false)], OPTIONS);
  const other = drawLeaves([leaf("z", true), leaf("b", false), leaf("a", true)], OPTIONS);
  expect(other.get("a")).toEqual(one.get("a"));
  expect(other.get("b")).toEqual(one.get("b"));
});

test("another seed gives other draws, the same seed the same", () => {
  const draw = (seed: number): Float64Array => drawLeaves([leaf("a", true)], { ...OPTIONS, seed }).get("a")!;
  expect(draw(1)).toEqual(draw(1));
  expect(draw(2)).not.toEqual(draw(1));
});

test("a formula reads the leaves of one draw together", () => {
  const columns = drawLeaves([leaf("a", true)], OPTIONS);
  expect(evaluate(columns, OPTIONS.draws, (x) => x("a") - x("a")).every((value) => value === 0)).toBe(true);
});

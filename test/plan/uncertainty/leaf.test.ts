import fc from "fast-check";
import { expect, test } from "vitest";

import { Z90 } from "../../../src/base/normal-quantile.ts";
import { leafValue, type Leaf } from "../../../src/plan/uncertainty/leaf.ts";

function leaf([p10, p50, p90]: readonly [number, number, number], high = Infinity): Leaf {
  const source = { kind: "user", ref: "a test" } as const;
  const figure = { id: "x", label: "x", unit: "USD", p10, p50, p90, inputs: [], source };
  return { figure, p10, p50, p90, low: 0, high, isActivity: false };
}

const anyLeaf = fc
  .tuple(
    fc.double({ min: 0.001, max: 1e6, noNaN: true }),
    fc.double({ min: 1, max: 50, noNaN: true }),
    fc.double({ min: 1, max: 50, noNaN: true }),
  )
  .map(([p10, up, further]) => leaf([p10, p10 * up, p10 * up * further]));

test("a leaf passes through its p10, p50 and p90", () => {
  fc.assert(
    fc.property(anyLeaf, (each) => {
      expect(leafValue(each, -Z90)).toBeCloseTo(each.p10, 6);
      expect(leafValue(each, 0)).toBe(each.p50);
      expect(leafValue(each, Z90) / each.p90).toBeCloseTo(1, 9);
    }),
  );
});

test("a leaf rises with its score and is never negative", () => {
  const score = fc.double({ min: -4, max: 4, noNaN: true });
  fc.assert(
    fc.property(anyLeaf, score, score, (each, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(leafValue(each, low)).toBeLessThanOrEqual(leafValue(each, high) * (1 + 1e-12));
      expect(leafValue(each, low)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("a leaf whose low end is zero stays at or above zero, and a share at or below one", () => {
  expect(leafValue(leaf([0, 5, 10]), -4)).toBe(0);
  expect(leafValue(leaf([0, 5, 10]), Z90)).toBeCloseTo(10, 9);
  expect(leafValue(leaf([0.2, 0.6, 0.9], 1), 4)).toBe(1);
});

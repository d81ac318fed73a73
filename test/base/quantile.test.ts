import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { quantileSorted, spread } from "../../src/base/quantile.ts";

const rows = readFileSync(new URL("../golden/quantiles.tsv", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t"))
  .map(([values, probability, expected, source]) => ({
    values: values!.split(" ").map(Number),
    probability: Number(probability),
    expected: Number(expected),
    source,
  }));

test.each(rows)("quantile $probability of $values is $expected ($source)", ({ values, probability, expected }) => {
  const sorted = values.toSorted((a, b) => a - b);
  expect(quantileSorted(sorted, probability)).toBeCloseTo(expected, 12);
});

test("p10, p50 and p90 do not depend on the order of the numbers and do not change the input", () => {
  const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(numbers, (values) => {
      const before = [...values];
      const range = spread(values);
      expect(spread(values.toReversed())).toEqual(range);
      expect(values).toEqual(before);
      expect(range.p10 <= range.p50 && range.p50 <= range.p90).toBe(true);
    }),
  );
});

test("p10, p50 and p90 are those of the sorted numbers, whatever repeats, is infinite or is no number", () => {
  const some = fc.oneof(fc.double(), fc.constantFrom(0, 1, 2, Number.NaN, Number.POSITIVE_INFINITY));
  const ordered = fc.integer({ min: 1, max: 300 }).chain((length) =>
    fc.constantFrom(
      Array.from({ length }, (_, index) => index),
      Array.from({ length }, (_, index) => -index),
      Array.from({ length }, (_, index) => Math.min(index, length - index)),
    ),
  );
  fc.assert(
    fc.property(fc.oneof(fc.array(some, { maxLength: 60 }), ordered), (values) => {
      const sorted = Float64Array.from(values).toSorted();
      expect(spread(values)).toEqual({
        p10: quantileSorted(sorted, 0.1),
        p50: quantileSorted(sorted, 0.5),
        p90: quantileSorted(sorted, 0.9),
      });
    }),
    { numRuns: 500 },
  );
});

test("no numbers have no quantile", () => {
  expect(spread([])).toEqual({ p10: Number.NaN, p50: Number.NaN, p90: Number.NaN });
  expect(quantileSorted([], 0.5)).toBeNaN();
});

test("the quantile of nothing is not a number", () => {
  expect(quantileSorted([], 0.5)).toBeNaN();
});

import fc from "fast-check";
import { expect, test } from "vitest";

import { lengthHistogram, lengthQuantiles } from "../../../src/curate/profile/length-histogram.ts";

test("bins are powers of two without a gap and hold every row once", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1 }), (tokens) => {
      const bins = lengthHistogram(tokens);
      expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(tokens.length);
      for (const [index, { fromTokens, toTokens, rows }] of bins.entries()) {
        expect(rows).toBe(tokens.filter((each) => each >= fromTokens && each < toTokens).length);
        if (index > 0) expect(fromTokens).toBe(bins[index - 1]!.toTokens);
      }
      expect(bins[0]!.rows).toBeGreaterThan(0);
      expect(bins.at(-1)!.rows).toBeGreaterThan(0);
    }),
  );
});

test("no rows have no bins and no quantiles", () => {
  expect([lengthHistogram([]), lengthQuantiles(new Float64Array())]).toEqual([[], null]);
});

test("quantiles of 1 to 101 are their ranks", () => {
  const tokens = Float64Array.from({ length: 101 }, (_, index) => 101 - index);
  expect(lengthQuantiles(tokens)).toEqual({ mean: 51, p10: 11, p50: 51, p90: 91, p99: 100, max: 101 });
});

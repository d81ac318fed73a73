import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { mixtureEnds } from "../../../src/plan/uncertainty/mixture.ts";

const anyRange = fc
  .tuple(fc.double({ min: 1, max: 100, noNaN: true }), fc.double({ min: 1.01, max: 3, noNaN: true }))
  .map(([p50, width]) => ({ p10: p50 / width, p50, p90: p50 * width ** 1.5 }));

describe("the ends of a mixture of ranges", () => {
  test("are those of a range alone, within the steps that stand for it", () => {
    const { p10, p90 } = mixtureEnds([{ p10: 8, p50: 10, p90: 15 }]);
    expect(p10).toBeCloseTo(8, 0);
    expect(p90).toBeCloseTo(15, 0);
  });

  test("lie between the outermost ends of its ranges, and do not depend on their order", () => {
    fc.assert(
      fc.property(fc.array(anyRange, { minLength: 1, maxLength: 5 }), (ranges) => {
        const { p10, p90 } = mixtureEnds(ranges);
        expect(p10).toBeGreaterThan(Math.min(...ranges.map((each) => each.p10)) * 0.98);
        expect(p90).toBeLessThan(Math.max(...ranges.map((each) => each.p90)) * 1.02);
        expect(mixtureEnds(ranges.toReversed())).toEqual({ p10, p90 });
      }),
      { numRuns: 100 },
    );
  });

  test("hold the medians of two ranges that lie apart", () => {
    const { p10, p90 } = mixtureEnds([
      { p10: 9, p50: 10, p90: 11 },
      { p10: 36, p50: 40, p90: 44 },
    ]);
    expect(p10).toBeLessThan(10);
    expect(p90).toBeGreaterThan(40);
  });
});

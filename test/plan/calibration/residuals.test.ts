import { describe, expect, test } from "vitest";

import { Residual } from "../../../src/domain/calibration.ts";
import { PUBLISHED } from "../../../src/plan/calibration/published.ts";
import { type MeasuredRun, residualRows } from "../../../src/plan/calibration/residual-rows.ts";
import { correctedBy, uncertainRatio } from "../../../src/plan/calibration/uncertain-part.ts";
import { quantileOf } from "../../../src/plan/calibration/weighted-points.ts";

const run = (measured: number, source = "a"): MeasuredRun => ({
  quantity: "peakMemoryGib",
  facets: { kind: "allocated" },
  source,
  measured,
  physics: 10,
  held: 0,
});

describe("residuals of measured runs", () => {
  test("are grouped by cell and source, and do not depend on the order of the runs", () => {
    const runs = [run(10), run(30), run(2, "b")];
    expect(residualRows(runs)).toEqual([
      { quantity: "peakMemoryGib", facets: { kind: "allocated" }, source: "a", n: 2, logRatios: [0, 1.099] },
      { quantity: "peakMemoryGib", facets: { kind: "allocated" }, source: "b", n: 1, logRatios: [-1.609] },
    ]);
    expect(residualRows(runs.toReversed())).toEqual(residualRows(runs));
  });

  test("of more than five rows are kept as five quantiles", () => {
    const runs = Array.from({ length: 101 }, (_, index) => run(10 * Math.exp(index / 100)));
    expect(residualRows(runs)[0]).toMatchObject({ n: 101, logRatios: [0.1, 0.3, 0.5, 0.7, 0.9] });
  });
});

describe("what physics is certain of", () => {
  test("is taken off both sides of a ratio, which corrects the rest alone", () => {
    const of = { physics: 40, held: 30 };
    expect(uncertainRatio(45, of)).toBeCloseTo(1.5, 9);
    expect(correctedBy(1.5, of)).toBeCloseTo(45, 9);
    expect(residualRows([{ ...run(45), ...of }])[0]?.logRatios).toEqual([0.405]);
  });

  test("bounds what a measurement below it can say", () => {
    expect(correctedBy(uncertainRatio(20, { physics: 40, held: 30 }), { physics: 40, held: 30 })).toBeCloseTo(30.5, 9);
  });
});

describe("the committed table", () => {
  test("holds valid residuals of many sources, each cell of a source once", () => {
    const keys = PUBLISHED.published.map((each) => {
      const { quantity, facets, source } = Residual.parse(each);
      return [quantity, ...Object.values(facets), source].join("|");
    });
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(PUBLISHED.published.map(({ source }) => source)).size).toBeGreaterThan(15);
  });
});

// R 4: quantile(c(1, 2, 4, 8, 16), c(.1, .3, .5, .9), type = 5), by Hyndman and Fan 1996, The American Statistician 50(4)
test.each([
  [0.1, 1],
  [0.3, 2],
  [0.5, 4],
  [0.6, 6],
  [0.9, 16],
])("the quantile %d of 1, 2, 4, 8, 16 is %d", (probability, expected) => {
  const points = [1, 2, 4, 8, 16].map((value) => ({ value, weight: 0.2 }));
  expect(quantileOf(points, probability)).toBeCloseTo(expected, 10);
});

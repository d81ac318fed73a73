import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Estimate, Quantity } from "../../../src/domain/estimate.ts";
import { middleOf } from "../../../src/domain/estimate.ts";
import { gpuUsdPerMonth, replicasFor } from "../../../src/plan/serve-plan/gpu-cost.ts";
import { drawLeaves, evaluate } from "../../../src/plan/uncertainty/simulate.ts";
import { spread } from "../../../src/base/quantile.ts";

function range(p10: number, p50: number, p90: number): Estimate {
  return { p10, p50, p90, unit: "per second", basis: "by hand", n: 0, sources: [] };
}

function cost({ peak, spare = 0 }: { peak: number; spare?: number }, capacity: Quantity, price: Quantity): Quantity {
  return gpuUsdPerMonth({ peakPerSec: peak, spare, gpus: 2 }, { requestsPerSec: capacity, slowEnd: null }, price);
}

describe("the GPU cost of a month", () => {
  test("is replicas × GPUs × 730.5 hours × price", () => {
    // ⌈10 / 4⌉ + 1 = 4 replicas of 2 GPUs at 2.00: 4 × 2 × 730.5 × 2
    expect(cost({ peak: 10, spare: 1 }, range(4, 4, 4), range(2, 2, 2))).toMatchObject({
      p10: 11_688,
      p50: 11_688,
      p90: 11_688,
    });
  });

  test("has the ends of the price where every draw of the capacity needs as many replicas", () => {
    expect(cost({ peak: 1 }, range(3, 4, 6), range(1, 2, 3))).toMatchObject({ p10: 1461, p50: 2922, p90: 4383 });
  });

  test("has the quantiles of the draws where the number of replicas moves", () => {
    const [capacity, price] = [range(2, 3, 5), range(1.5, 2, 4)];
    const leaf = (id: string, of: Estimate) => {
      const figure = {
        id,
        label: id,
        unit: of.unit,
        p10: of.p10,
        p50: of.p50,
        p90: of.p90,
        inputs: [],
        source: { kind: "computed", ref: "by hand" } as const,
      };
      return { figure, p10: of.p10, p50: of.p50, p90: of.p90, low: 0, high: Infinity, isActivity: false };
    };
    const draws = 50_000;
    const columns = drawLeaves([leaf("c", capacity), leaf("p", price)], { seed: 1, draws, activityCorrelation: 0 });
    const drawn = spread(evaluate(columns, draws, (x) => replicasFor(20 / x("c")) * 2 * 730.5 * x("p")));
    const found = cost({ peak: 20 }, capacity, price) as Estimate;
    expect(found.p10 / drawn.p10).toBeCloseTo(1, 2);
    expect(found.p90 / drawn.p90).toBeCloseTo(1, 2);
    expect(found.p50).toBeCloseTo(7 * 2 * 730.5 * 2, 6); // ⌈20 / 3⌉ replicas, as they are planned
  });

  test("rises with the load, the spare replicas and the price, and its middle lies between its ends", () => {
    const positive = fc.double({ min: 0.05, max: 50, noNaN: true });
    const wide = fc
      .tuple(positive, fc.double({ min: 1, max: 3, noNaN: true }), fc.double({ min: 1, max: 3, noNaN: true }))
      .map(([p50, down, up]) => range(p50 / down, p50, p50 * up));
    fc.assert(
      fc.property(positive, wide, wide, (peak, capacity, price) => {
        const { p10, p50, p90 } = cost({ peak }, capacity, price) as Estimate;
        expect(p10).toBeLessThanOrEqual(p50 + 0.01);
        expect(p50).toBeLessThanOrEqual(p90 + 0.01);
        const more = cost({ peak: peak * 1.5 }, capacity, price) as Estimate;
        const spare = cost({ peak, spare: 1 }, capacity, price) as Estimate;
        for (const end of ["p10", "p50", "p90"] as const) {
          expect(more[end]).toBeGreaterThanOrEqual(
            (cost({ peak }, capacity, price) as Estimate)[end] * (1 - 1e-6) - 0.01,
          );
          expect(spare[end]).toBeGreaterThan((cost({ peak }, capacity, price) as Estimate)[end]);
        }
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  test("has no high end if a slow replica meets the SLO at no rate", () => {
    const slowEnd = { refused: "the slow end keeps no SLO", hint: "a faster GPU" };
    const found = gpuUsdPerMonth(
      { peakPerSec: 1, spare: 0, gpus: 1 },
      { requestsPerSec: range(0, 4, 6), slowEnd },
      range(2, 2, 2),
    );
    expect(found).toMatchObject({ refused: expect.any(String) });
    expect(found).not.toHaveProperty("known.p90");
    expect(middleOf(found)).toBeCloseTo(1461, 6);
  });
});

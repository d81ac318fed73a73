import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { assumptionsWith } from "../../../src/catalog/assumptions.ts";
import type { Estimate } from "../../../src/domain/estimate.ts";
import {
  checkpointInterval,
  interruptedFactor,
  onSpot,
  spotBasis,
  spotFactors,
  spotFacts,
} from "../../../src/plan/fleet/spot.ts";

const facts = spotFacts(assumptionsWith());

describe("the interval between checkpoints", () => {
  test("is near Young's square root where writing is short, and the MTBF where it is long", () => {
    expect(checkpointInterval(0.001, 100) / Math.sqrt(2 * 0.001 * 100)).toBeCloseTo(1, 2);
    expect(checkpointInterval(5, 2)).toBe(2);
  });

  test("is within 1 % of the least time that any interval gives", () => {
    const logged = (low: number, high: number) => fc.double({ min: Math.log(low), max: Math.log(high), noNaN: true });
    fc.assert(
      fc.property(logged(1e-4, 0.3), logged(0.3, 300), (write, mtbf) => {
        const [C, M] = [Math.exp(write), Math.exp(mtbf)];
        const time = (interval: number): number => Math.expm1((interval + C) / M) / interval;
        const chosen = time(checkpointInterval(C, M));
        const best = Math.min(...Array.from({ length: 400 }, (_, step) => time(M * 10 ** (-5 + step / 80))));
        expect(chosen).toBeLessThanOrEqual(best * 1.01);
      }),
    );
  });
});

test("interruptions never make a run shorter, and more of them make it longer", () => {
  const hours = fc.double({ min: 0.01, max: 1000, noNaN: true });
  fc.assert(
    fc.property(
      hours,
      fc.double({ min: 1, max: 1000, noNaN: true }),
      fc.double({ min: 1e-4, max: 0.2, noNaN: true }),
      (work, mtbf, write) => {
        const run = { work, write, restart: 0.2 };
        const factor = interruptedFactor({ ...run, mtbf });
        expect(factor).toBeGreaterThan(1);
        expect(interruptedFactor({ ...run, mtbf: mtbf / 2 })).toBeGreaterThanOrEqual(factor);
      },
    ),
  );
});

test("without an interruption a run takes what it takes", () => {
  const calm = spotFactors({ hours: 10, nodes: 8, checkpointGb: 100 }, spotFacts(assumptionsWith(), 0))!;
  expect(calm).toMatchObject({ interruptions: 0, billedFactor: 1, wallFactor: 1 });
});

test("every quantile of the hours on spot is above that of the undisturbed run, and waiting is by the clock alone", () => {
  const hours: Estimate = { p10: 5, p50: 9, p90: 20, unit: "h", basis: "stated", n: 1, sources: [] };
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.double({ min: 0.1, max: 200, noNaN: true }),
      (nodes, checkpointGb) => {
        const factors = spotFactors({ hours: hours.p50, nodes, checkpointGb }, facts)!;
        const wall = onSpot(hours, factors.wall, "spot") as Estimate;
        const billed = onSpot(hours, factors.billed, "spot") as Estimate;
        for (const end of ["p10", "p50", "p90"] as const) {
          expect(billed[end]).toBeGreaterThan(hours[end]);
          expect(wall[end]).toBeGreaterThan(billed[end]);
        }
      },
    ),
  );
  expect(spotBasis(spotFactors({ hours: 9, nodes: 1, checkpointGb: 1 }, facts)!, facts)).toContain("Young and Daly");
});

test("a run that loses its machines faster than it gets on has no factors", () => {
  expect(spotFactors({ hours: 100, nodes: 64, checkpointGb: 5000 }, spotFacts(assumptionsWith(), 2))).toBeUndefined();
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { splitBudget } from "../../../src/plan/budget/split-budget.ts";

const estimate = (p10: number, p50: number, p90: number) => ({
  p10,
  p50,
  p90,
  unit: "USD",
  basis: "",
  n: 0,
  sources: [],
});

describe("a budget", () => {
  test("is split in round amounts, with a stated cost as it is", () => {
    const lines = [
      { category: "data" as const, estimate: estimate(20_000, 32_000, 70_000) },
      { category: "engineering" as const, estimate: estimate(40_000, 45_000, 58_000) },
      { category: "training" as const, estimate: estimate(70, 79, 84) },
      { category: "evaluation" as const, estimate: estimate(6_213, 6_213, 6_213) },
      { category: "maintenance" as const, estimate: estimate(30_000, 38_000, 55_000) },
      { category: "serving" as const, estimate: estimate(15_000, 19_000, 40_000) },
    ];
    const [data, engineering, training, evaluation, maintenance, serving] = splitBudget(lines, 152_000) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    expect([training, evaluation]).toEqual([100, 6_213]);
    expect([maintenance % 1_000, serving % 1_000, (data + engineering + training + evaluation) % 1_000]).toEqual([
      0, 0, 0,
    ]);
    // The stated cost is not round, so the largest line takes the rest.
    expect([data % 100, engineering % 100].toSorted((a, b) => a - b)).toEqual([0, 87]);
    expect(data + engineering + training + evaluation + maintenance + serving).toBe(152_000);
  });

  test("has no line below its median, and is the wanted total or the next round one for which that holds", () => {
    const line = fc
      .tuple(
        fc.constantFrom("data", "training", "evaluation", "maintenance", "serving"),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.constantFrom(0, 0.1, 0.5, 0.9),
      )
      .map(([category, p50, width]) => ({
        category: category as "data",
        estimate: estimate(p50 * (1 - width), p50, p50 * (1 + 2 * width)),
      }));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.constantFrom(0.97, 1, 1.05), (lines, factor) => {
        const medians = lines.reduce((all, each) => all + each.estimate.p50, 0);
        const wanted = Math.max(1, Math.round(Number((medians * factor).toPrecision(3))));
        const dollars = splitBudget(lines, wanted);
        const total = dollars.reduce((all, part) => all + part, 0);
        // A stated cost is rounded to whole dollars.
        for (const [index, part] of dollars.entries())
          expect(part).toBeGreaterThanOrEqual(Math.floor(lines[index]!.estimate.p50));
        expect(dollars.every(Number.isInteger)).toBe(true);
        if (lines.every(({ estimate: { p10, p90 } }) => p10 === p90)) return;
        const unit = 10 ** Math.max(1, Math.floor(Math.log10(wanted)) - 2);
        expect(total % unit).toBe(0);
        expect(total).toBeGreaterThanOrEqual(wanted);
        // Each line, each phase and the total is rounded up once.
        expect(total).toBeLessThan(Math.max(wanted, medians) + (lines.length / 10 + 3 + 1) * unit);
      }),
      { numRuns: 200 },
    );
  });
});

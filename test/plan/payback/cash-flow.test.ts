import fc from "fast-check";
import { expect, test } from "vitest";

import { cashFlow } from "../../../src/plan/payback/cash-flow.ts";

const usd = fc.double({ min: 0, max: 1e6, noNaN: true });

test("a net present value without a discount is the plain sum", () => {
  fc.assert(
    fc.property(usd, fc.array(fc.tuple(usd, usd), { minLength: 60, maxLength: 60 }), (investment, months) => {
      const pairOf = (month: number) => ({ baselineUsd: months[month - 1]![0], optionUsd: months[month - 1]![1] });
      const flow = cashFlow(investment, { discountPerYear: 0, pairOf });
      const saved = months.slice(0, 24).reduce((sum, [baseline, option]) => sum + baseline - option, -investment);
      expect(flow.npv24).toBeCloseTo(saved, 4);
      expect(flow.net.months24).toBeCloseTo(saved, 4);
      expect(flow.spent.months12).toBeCloseTo(
        months.slice(0, 12).reduce((sum, [, option]) => sum + option, investment),
        4,
      );
    }),
  );
});

test("a steady saving pays back in the investment over it, rounded up, and never after five years", () => {
  const flowOf = (investment: number, saving: number) =>
    cashFlow(investment, { discountPerYear: 0.08, pairOf: () => ({ baselineUsd: saving, optionUsd: 0 }) });
  expect(flowOf(1000, 400).paybackMonth).toBe(3);
  expect(flowOf(1200, 400).paybackMonth).toBe(3);
  expect(flowOf(60_001, 1000).paybackMonth).toBe(Infinity);
  expect(flowOf(1000, 0).paybackMonth).toBe(Infinity);
});

test("a discount lowers what later savings are worth: month m by (1 + d)^(m/12)", () => {
  const { npv24 } = cashFlow(0, {
    discountPerYear: 0.1,
    pairOf: (month) => ({ baselineUsd: month === 24 ? 121 : 0, optionUsd: 0 }),
  });
  expect(npv24).toBeCloseTo(100, 9);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { leastVolume, leastVolumeBetween } from "../../../src/plan/compare/break-even.ts";
import type { CostLine } from "../../../src/plan/compare/option-model.ts";

type Steps = Extract<CostLine, { kind: "steps" }>;
type Linear = Extract<CostLine, { kind: "linear" }>;

const usd = fc.double({ min: 1, max: 1e5, noNaN: true });
const some = fc.double({ min: 0, max: 1e5, noNaN: true });
const carries = fc.double({ min: 0.01, max: 100, noNaN: true });
const anySteps: fc.Arbitrary<Steps> = fc.record({
  kind: fc.constant("steps" as const),
  fixedUsd: some,
  usdPerVolume: fc.constant(0),
  usdPerReplica: usd,
  carries,
});
const anyLinear: fc.Arbitrary<Linear> = fc.record({
  kind: fc.constant("linear" as const),
  fixedUsd: some,
  usdPerVolume: usd,
});

/** The curves themselves, written anew. */
function costAt(line: CostLine, volume: number): number {
  const tokens = line.fixedUsd + volume * line.usdPerVolume;
  return line.kind === "linear"
    ? tokens
    : tokens + Math.max(1, Math.ceil(volume / line.carries - 1e-9)) * line.usdPerReplica;
}

describe("the break-even of replicas against tokens", () => {
  test("is where the two cost curves cross, and below it replicas are dearer at every volume", () => {
    fc.assert(
      fc.property(anySteps, anyLinear, (steps, linear) => {
        const volume = leastVolume(steps, linear);
        if (volume === Infinity) return;
        const tolerance = 1e-6 * costAt(linear, volume) + 1e-9;
        expect(costAt(steps, volume)).toBeLessThanOrEqual(costAt(linear, volume) + tolerance);
        for (const share of [0.01, 0.2, 0.5, 0.9, 0.999]) {
          const below = volume * share;
          if (below > 0) expect(costAt(steps, below)).toBeGreaterThan(costAt(linear, below) - tolerance);
        }
      }),
    );
  });

  test("is never where it says never", () => {
    fc.assert(
      fc.property(anySteps, anyLinear, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (steps, linear, volume) => {
        if (leastVolume(steps, linear) !== Infinity) return;
        expect(costAt(steps, volume)).toBeGreaterThan(costAt(linear, volume) * (1 - 1e-9));
      }),
    );
  });

  test("does not move where all money is counted in another currency", () => {
    fc.assert(
      fc.property(anySteps, anyLinear, fc.double({ min: 0.1, max: 10, noNaN: true }), (steps, linear, rate) => {
        const volume = leastVolume(steps, linear);
        const [other, price] = [
          { ...steps, fixedUsd: steps.fixedUsd * rate, usdPerReplica: steps.usdPerReplica * rate },
          { ...linear, fixedUsd: linear.fixedUsd * rate, usdPerVolume: linear.usdPerVolume * rate },
        ];
        // At an exact multiple of a replica, rounding may count one more or less.
        const exact = (steps.fixedUsd - linear.fixedUsd) / (steps.carries * linear.usdPerVolume - steps.usdPerReplica);
        fc.pre(Math.abs(exact - Math.round(exact)) > 1e-6 || exact < 0);
        const again = leastVolume(other, price);
        if (volume === Infinity) expect(again).toBe(Infinity);
        else expect(again).toBeCloseTo(volume, 6);
      }),
    );
  });

  test("by search is that of the formula where both are lines", () => {
    fc.assert(
      fc.property(anyLinear, anyLinear, (option, against) => {
        const volume = leastVolume({ ...option }, against);
        fc.pre(volume > 1e-5 && volume < 1e5);
        fc.pre(option.usdPerVolume < 0.99 * against.usdPerVolume && option.fixedUsd > against.fixedUsd + 0.01);
        const found = leastVolumeBetween(
          (at) => costAt(option, at),
          (at) => costAt(against, at),
        );
        expect(found / volume).toBeCloseTo(1, 6);
      }),
    );
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";

import { mcnemar, pairedScore, pairedScoreInterval } from "../../src/statistics/index.ts";

const PAIRS = fc
  .tuple(fc.nat(60), fc.nat(60), fc.nat(300))
  .map(([onlyFirst, onlySecond, agreeing]) => ({ onlyFirst, onlySecond, n: onlyFirst + onlySecond + agreeing + 1 }));

test("the interval is that of a published example", () => {
  // Source: Fagerland, Lydersen and Laake 2014, Statistics in Medicine 33:2850-2875, airway hyper-responsiveness
  // (Bentur et al. 2009): cells 1, 1, 7, 12; Tango's interval is -0.517 to -0.026.
  const { low, high } = pairedScoreInterval({ onlyFirst: 1, onlySecond: 7, n: 21 });
  expect([low.toFixed(3), high.toFixed(3)]).toEqual(["-0.517", "-0.026"]);
});

test("at no difference the square of the statistic is McNemar's chi-square", () => {
  fc.assert(
    fc.property(PAIRS, (pairs) => {
      fc.pre(pairs.onlyFirst + pairs.onlySecond > 0);
      const { chiSquare } = mcnemar(pairs.onlyFirst, pairs.onlySecond);
      expect(pairedScore(pairs, 0) ** 2).toBeCloseTo(chiSquare, 9);
    }),
    { seed: 18 },
  );
});

test("the interval holds the difference, mirrors where the two change places, and has a width", () => {
  fc.assert(
    fc.property(PAIRS, (pairs) => {
      const { low, high } = pairedScoreInterval(pairs);
      const difference = (pairs.onlyFirst - pairs.onlySecond) / pairs.n;
      expect(low).toBeLessThanOrEqual(difference + 1e-12);
      expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
      expect(high - low).toBeGreaterThan(0);
      expect(low).toBeGreaterThanOrEqual(-1);
      expect(high).toBeLessThanOrEqual(1);
      const mirrored = pairedScoreInterval({ ...pairs, onlyFirst: pairs.onlySecond, onlySecond: pairs.onlyFirst });
      expect(mirrored.low).toBeCloseTo(-high, 9);
      expect(mirrored.high).toBeCloseTo(-low, 9);
    }),
    { seed: 18 },
  );
});

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { normal, seededRandom, xoshiro128 } from "../../src/base/random.ts";

test("xoshiro128** gives the sequence of its authors' reference program", () => {
  // prng.di.unimi.it/xoshiro128starstar.c (version 1.1), compiled and run with the state {1, 2, 3, 4}.
  const next = xoshiro128(Uint32Array.of(1, 2, 3, 4));
  expect(Array.from({ length: 10 }, next)).toEqual([
    11_520, 0, 5_927_040, 70_819_200, 2_031_721_883, 1_637_235_492, 1_287_239_034, 3_734_860_849, 3_729_100_597,
    4_258_142_804,
  ]);
});

test("the same seed gives the same numbers, and another seed others", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 2 }), (seed) => {
      expect(draw(seed)).toEqual(draw(seed));
      expect(draw(seed)).not.toEqual(draw(seed + 1));
      for (const value of draw(seed)) expect(value >= 0 && value < 1).toBe(true);
    }),
  );
});

test("100,000 uniform numbers fill ten equal bins as chance would", () => {
  const random = seededRandom(7);
  const bins = Array.from({ length: 10 }, () => 0);
  for (let count = 0; count < 100_000; count++) bins[Math.floor(random() * 10)]! += 1;
  const chiSquare = bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  expect(chiSquare).toBeLessThan(27.88); // 99.9th percentile of chi-square with 9 degrees of freedom (tables)
  expect(chiSquare).toBeGreaterThan(1.15); // 0.1th percentile: too even is not random either
});

test("normal numbers have the mean, spread and tails of the standard normal distribution", () => {
  const random = seededRandom(11);
  const values = Array.from({ length: 100_000 }, () => normal(random));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const share = (limit: number): number => values.filter((value) => value < limit).length / values.length;
  // Bounds are four standard errors wide: 1/√n for the mean, √(2/n) for the variance, √(p(1-p)/n) for a share.
  expect(Math.abs(mean)).toBeLessThan(0.0127);
  expect(Math.abs(variance - 1)).toBeLessThan(0.0179);
  expect(Math.abs(share(1.281_551_6) - 0.9)).toBeLessThan(0.0038);
  expect(Math.abs(share(-1.959_964) - 0.025)).toBeLessThan(0.002);
  expect(values.every(Number.isFinite)).toBe(true);
});

function draw(seed: number): number[] {
  return Array.from({ length: 8 }, seededRandom(seed));
}

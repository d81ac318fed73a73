import fc from "fast-check";
import { expect, test } from "vitest";

import { allocation, smallestKeys } from "../../src/evaluate/set/draw-strata.ts";

const strata = fc.array(
  fc.record({ weight: fc.integer({ min: 1, max: 1000 }), available: fc.integer({ min: 0, max: 60 }) }),
  { minLength: 1, maxLength: 8 },
);

test("an allocation takes what is asked for, or all there is, and of no stratum more than it has", () => {
  fc.assert(
    fc.property(strata, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 20 }), (sizes, size, least) => {
      const taken = allocation(sizes, { size, least });
      const all = sizes.reduce((sum, { available }) => sum + available, 0);
      expect(taken.reduce((sum, count) => sum + count, 0)).toBe(Math.min(size, all));
      for (const [index, { available }] of sizes.entries()) {
        expect(taken[index]).toBeGreaterThanOrEqual(0);
        expect(taken[index]).toBeLessThanOrEqual(available);
        if (size >= sizes.length * least) expect(taken[index]).toBeGreaterThanOrEqual(Math.min(least, available));
      }
    }),
    { seed: 18, numRuns: 300 },
  );
});

test("with enough of each, shares follow the weights", () => {
  const sizes = [
    { weight: 700, available: 5000 },
    { weight: 200, available: 5000 },
    { weight: 100, available: 5000 },
  ];
  expect(allocation(sizes, { size: 1000, least: 30 })).toEqual([667, 212, 121]); // 910 shared after 30 of each
});

test("the smallest keys are the same in any order of adding", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 })),
      fc.integer({ min: 1, max: 9 }),
      (keys, most) => {
        const kept = (order: readonly string[]): string[] => {
          const held = smallestKeys<string>(most);
          for (const key of order) held.add(key, () => key);
          return held.sorted().map(({ item }) => item);
        };
        const wanted = keys.toSorted((a, b) => (a < b ? -1 : 1)).slice(0, most);
        expect(kept(keys)).toEqual(wanted);
        expect(kept(keys.toReversed())).toEqual(wanted);
      },
    ),
    { seed: 18, numRuns: 200 },
  );
});

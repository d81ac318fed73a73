import fc from "fast-check";
import { expect, test } from "vitest";

import { passAtK } from "../../src/evaluate/score/pass-at-k.ts";

/** Share of all choices of k answers among n with at least one of the c right ones: counted, not computed. */
function counted(samples: number, right: number, k: number): number {
  let [hits, all] = [0, 0];
  for (let chosen = 0; chosen < 2 ** samples; chosen += 1) {
    const picked = Array.from({ length: samples }, (_, index) => (chosen >> index) & 1);
    if (picked.filter((bit) => bit === 1).length !== k) continue;
    all += 1;
    if (picked.some((bit, index) => bit === 1 && index < right)) hits += 1;
  }
  return hits / all;
}

test("pass@k is the share of all choices of k answers that hold a right one", () => {
  const cases = fc
    .integer({ min: 1, max: 9 })
    .chain((samples) =>
      fc.tuple(fc.constant(samples), fc.integer({ min: 0, max: samples }), fc.integer({ min: 1, max: samples })),
    );
  fc.assert(
    fc.property(cases, ([samples, right, k]) => {
      expect(passAtK(samples, { right, k })).toBeCloseTo(counted(samples, right, k), 12);
    }),
    { seed: 18, numRuns: 60 },
  );
});

test("fewer samples than k have no pass@k", () => {
  expect(passAtK(2, { right: 1, k: 3 })).toBeNull();
});

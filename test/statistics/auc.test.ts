import { expect, test } from "vitest";

import { areaUnderRoc } from "../../src/statistics/auc.ts";

test("area and its error by DeLong's formula, computed by hand", () => {
  // Of 9 pairs 8 are in order. Placements of the positives: 2/3, 1, 1; of the negatives: 1, 1, 2/3. Each has the sample
  // variance 1/27, so that the variance of the area is 2 × (1/27) / 3 = 2/81.
  const { auc, ci95 } = areaUnderRoc([3, 4, 5], [1, 2, 3.5]);
  expect(auc).toBeCloseTo(8 / 9, 12);
  expect(auc - ci95.low).toBeCloseTo(1.959964 * Math.sqrt(2 / 81), 5);
  expect(ci95.high).toBe(1);
});

test("ties count by half, and order does not matter", () => {
  expect(areaUnderRoc([1, 1, 1], [1, 1]).auc).toBe(0.5);
  expect(areaUnderRoc([5, 3, 4], [3.5, 2, 1])).toEqual(areaUnderRoc([3, 4, 5], [1, 2, 3.5]));
  expect(areaUnderRoc([1, 2], [3, 4]).auc).toBe(0);
});

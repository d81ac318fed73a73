import { describe, expect, test } from "vitest";

import { normal, seededRandom } from "../../../src/base/random.ts";
import { meanDistances, medianGamma, monitorSeries, type PointBatch } from "../../../src/statistics/index.ts";
import { longTest } from "../../long-suite.ts";

const random = seededRandom(5);

function batch(index: number, rows: number, { shift = 0, of }: { shift?: number; of?: number } = {}): PointBatch {
  const points = Array.from({ length: of ?? rows }, () =>
    Array.from({ length: 4 }, (_, k) => normal(random) + (k === 0 ? shift : 0)),
  );
  // With fewer different rows than rows, each user sends one request several times.
  const places = Array.from({ length: rows }, (_, k) => k % points.length);
  return { index, points: places.map((k) => points[k]!), clusters: places.map(String) };
}

const weeks = (count: number, rows: number, how = {}): PointBatch[] =>
  Array.from({ length: count }, (_, k) => batch(k, rows, how));

const gammaOf = (batches: readonly PointBatch[]): number =>
  medianGamma(batches.flatMap(({ points }) => [...points]).slice(0, 200));

describe("the distance of a batch to its reference", () => {
  longTest("has a mean of 0 and a variance of 1 without a change, with users who repeat themselves too", () => {
    for (const of of [40, 10]) {
      const scores = Array.from({ length: 30 }, () => {
        const reference = weeks(8, 40, { of });
        const found = meanDistances(reference, weeks(6, 40, { of }), gammaOf(reference))!;
        return found.watched.map(({ mean, standardError }) => mean / standardError);
      }).flat();
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
      expect(Math.abs(mean)).toBeLessThan(0.25); // 180 scores: a standard error of 0.08 and what references share
      expect(variance).toBeGreaterThan(0.6);
      expect(variance).toBeLessThan(1.5);
    }
  });

  test("grows with the change and with the rows, and has the standard error of its number of rows", () => {
    const reference = weeks(8, 50);
    const gamma = gammaOf(reference);
    const [small, large, many] = [
      batch(8, 50, { shift: 0.5 }),
      batch(9, 50, { shift: 1.5 }),
      batch(10, 200, { shift: 0.5 }),
    ];
    const { watched } = meanDistances(reference, [small, large, many], gamma)!;
    const [first, second, third] = watched.map(({ mean, standardError }) => mean / standardError);
    expect(second!).toBeGreaterThan(first! + 3);
    expect(third!).toBeGreaterThan(first!);
    expect(watched[0]!.standardError).toBeCloseTo(Math.sqrt((1 / 50 + 1 / 400) / (1 / 50 + 1 / 350)), 9);
  });

  test("is none for points that are all equal, and certain if another one appears", () => {
    const same = (index: number, value: number): PointBatch => ({
      index,
      points: Array.from({ length: 30 }, () => [1, value]),
      clusters: Array.from({ length: 30 }, (_, k) => String(k)),
    });
    const reference = Array.from({ length: 8 }, (_, k) => same(k, 0));
    const { watched } = meanDistances(reference, [same(8, 0), same(9, 1)], 1)!;
    const { looks } = monitorSeries(
      [{ reference: reference.map(({ index }) => ({ index, rows: 30, mean: 0, standardError: 0 })), watched }],
      {
        windows: [1],
        looks: 52,
        level: 0.05,
      },
    ).series[0]!;
    expect(looks.map(({ isAlarm }) => isAlarm)).toEqual([false, true]);
  });

  test("needs two batches of reference", () => {
    expect(meanDistances(weeks(1, 30), [], 1)).toBeUndefined();
  });
});

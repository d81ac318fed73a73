import fc from "fast-check";
import { expect, test } from "vitest";

import { seededRandom } from "../../../src/base/random.ts";
import { rowSample, sampleKey } from "../../../src/curate/rows/row-sample.ts";
import { estimateTokens } from "../../../src/curate/tokens/token-estimate.ts";
import { longTest } from "../../long-suite.ts";

const row = (line: number, characters: number, tokens: number) => ({ line, characters, tokens });

test("the variance is that of Cochran's formula, by hand", () => {
  // Rows (10 characters, 2 tokens), (20, 5), (30, 5) of 5 rows with 100 characters: R = 12/60, residuals 0, 1, -1.
  const estimate = estimateTokens([row(1, 10, 2), row(2, 20, 5), row(3, 30, 5)], { rows: 5, characters: 100 });
  expect(estimate.total).toBeCloseTo(20);
  const half = 1.96 * Math.sqrt((25 * (1 - 3 / 5) * 2) / (3 * 2));
  expect([estimate.low, estimate.high]).toEqual([expect.closeTo(20 - half), expect.closeTo(20 + half)]);
});

test("a sample of all rows is exact", () => {
  const estimate = estimateTokens([row(1, 10, 2), row(2, 20, 5)], { rows: 2, characters: 30 });
  expect(estimate).toMatchObject({ total: 7, low: 7, high: 7 });
});

longTest("the interval holds the true total in about 95 of 100 samples", () => {
  const random = seededRandom(7);
  const rows = Array.from({ length: 5_000 }, (_, index) => {
    const characters = 50 + Math.floor(2_000 * random() ** 3);
    return row(index + 1, characters, Math.round(characters * (0.2 + 0.1 * random())));
  });
  const sum = (of: (each: (typeof rows)[number]) => number) => rows.reduce((all, each) => all + of(each), 0);
  const population = { rows: rows.length, characters: sum((each) => each.characters) };
  const truth = sum((each) => each.tokens);
  const hits = Array.from({ length: 400 }, (_, seed) => {
    const sampled = rows.toSorted((a, b) => sampleKey(seed, a.line) - sampleKey(seed, b.line)).slice(0, 200);
    const { low, high } = estimateTokens(sampled, population);
    return low <= truth && truth <= high;
  }).filter(Boolean).length;
  // 400 draws at 95 %: three standard errors are 13 draws.
  expect(hits).toBeGreaterThan(380 - 14);
  expect(hits).toBeLessThanOrEqual(400 - 5);
});

test("keys are uniform: each tenth of [0, 1) gets a tenth of the rows", () => {
  for (const seed of [0, 1, 2 ** 32 - 1]) {
    const counts = new Uint32Array(10);
    for (let line = 1; line <= 100_000; line++) counts[Math.floor(10 * sampleKey(seed, line))]! += 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(27.9); // 0.1 % point of chi-square with 9 degrees of freedom
  }
});

test("a sample is the same whatever the order and the parts in which its rows are offered", () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(
        Array.from({ length: 300 }, (_, index) => index + 1),
        { minLength: 300 },
      ),
      fc.integer({ min: 1, max: 40 }),
      (order, size) => {
        const offered = (line: number) => ({
          line,
          key: sampleKey(1, line),
          characters: 1,
          pieces: [],
          templateTokens: 0,
        });
        const whole = rowSample(size);
        for (let line = 1; line <= 300; line++) whole.offer(offered(line));
        const merged = rowSample(size);
        for (let at = 0; at < order.length; at += 37) {
          const part = rowSample(size, merged.below());
          for (const line of order.slice(at, at + 37)) part.offer(offered(line));
          for (const each of part.rows()) merged.offer(each);
        }
        expect(merged.rows()).toEqual(whole.rows());
      },
    ),
  );
});

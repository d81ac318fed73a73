import { bandProbability } from "./lsh-shape.ts";

const STEPS = 400;

/**
 * Bands and rows that datasketch and text-dedup choose for a threshold: of those that need at most `values` values, the
 * ones with the smallest sum of the areas of false positives and false negatives.
 *
 * @source datasketch/lsh.py, _optimal_param, weights .5 and .5; areas here by Simpson's rule with 400 steps
 */
export function optimalBands(threshold: number, values: number): { bands: number; rows: number } {
  let best = { bands: 1, rows: 1, error: Number.POSITIVE_INFINITY };
  for (let bands = 1; bands <= values; bands++) {
    for (let rows = 1; rows <= Math.floor(values / bands); rows++) {
      const falsePositive = simpson(0, threshold, (s) => bandProbability(s, { bands, rows }));
      const falseNegative = simpson(threshold, 1, (s) => 1 - bandProbability(s, { bands, rows }));
      const error = 0.5 * falsePositive + 0.5 * falseNegative;
      if (error < best.error) best = { bands, rows, error };
    }
  }
  return { bands: best.bands, rows: best.rows };
}

function simpson(from: number, to: number, value: (index: number) => number): number {
  const width = (to - from) / STEPS;
  let sum = value(from) + value(to);
  for (let step = 1; step < STEPS; step++) sum += value(from + step * width) * (step % 2 === 1 ? 4 : 2);
  return (sum * width) / 3;
}

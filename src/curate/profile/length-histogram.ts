import { quantileSorted } from "../../base/quantile.ts";
import type { DatasetProfile } from "../../domain/dataset-profile.ts";

/** Rows by token length in powers of two: [0, 1), [1, 2), [2, 4), ... from the first bin with a row to the last. */
export function lengthHistogram(tokens: ArrayLike<number>): DatasetProfile["histogram"] {
  const rowsByPower: number[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const power = tokens[index]! < 1 ? 0 : Math.floor(Math.log2(tokens[index]!)) + 1;
    rowsByPower[power] = (rowsByPower[power] ?? 0) + 1;
  }
  const first = rowsByPower.findIndex((rows) => rows !== undefined);
  if (first === -1) return [];
  return Array.from({ length: rowsByPower.length - first }, (_, index) => {
    const power = first + index;
    return { fromTokens: power === 0 ? 0 : 2 ** (power - 1), toTokens: 2 ** power, rows: rowsByPower[power] ?? 0 };
  });
}

/** Mean and quantiles of tokens per row; null for no rows. */
export function lengthQuantiles(tokens: Float64Array): DatasetProfile["rowTokens"] {
  if (tokens.length === 0) return null;
  const sorted = tokens.toSorted();
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const quantileAt = (probability: number): number => Math.round(quantileSorted(sorted, probability));
  return {
    mean,
    p10: quantileAt(0.1),
    p50: quantileAt(0.5),
    p90: quantileAt(0.9),
    p99: quantileAt(0.99),
    max: Math.round(sorted.at(-1)!),
  };
}

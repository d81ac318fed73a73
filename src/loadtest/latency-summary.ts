import { quantileSorted } from "../base/quantile.ts";
import type { LatencySummary } from "../domain/loadtest-result.ts";

const QUANTILES = [
  ["p50", 50],
  ["p90", 90],
  ["p95", 95],
  ["p99", 99],
] as const;

/** Number of values above a quantile from which it is considered reliable. */
const ENOUGH_ABOVE = 10;

/**
 * Exact quantiles of latencies. Failed requests count as longer than all others, so that an endpoint which drops its
 * slow requests does not look fast.
 *
 * @param values  in any order, milliseconds
 */
export function latencySummary(values: Float64Array, failedRequests = 0): LatencySummary {
  const sorted = values.toSorted();
  const n = sorted.length + failedRequests;
  const quantile = (percent: number): number | null => quantileWithMisses(sorted, n, percent / 100);
  const [p50, p90, p95, p99] = QUANTILES.map(([, percent]) => quantile(percent)) as [
    number | null,
    number | null,
    number | null,
    number | null,
  ];
  return {
    n,
    failedRequests,
    mean: sorted.length === 0 ? null : sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p50,
    p90,
    p95,
    p99,
    max: sorted.at(-1) ?? null,
    thin: QUANTILES.filter(([, percent]) => n * (100 - percent) < 100 * ENOUGH_ABOVE).map(([name]) => name),
  };
}

/** A quantile of `n` values, of which those beyond the sorted ones are infinite; null if it falls among these. */
function quantileWithMisses(sorted: Float64Array, n: number, probability: number): number | null {
  if (n === sorted.length) return n === 0 ? null : quantileSorted(sorted, probability);
  const position = (n - 1) * probability;
  const below = Math.floor(position);
  const share = position - below;
  if (below >= sorted.length || (share > 0 && below + 1 >= sorted.length)) return null;
  return share === 0 ? sorted[below]! : sorted[below]! + (sorted[below + 1]! - sorted[below]!) * share;
}

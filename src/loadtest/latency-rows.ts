import { formatNumber } from "../base/units.ts";
import { whole } from "../base/words.ts";
import type { LatencySummary, LatencyTable } from "../domain/loadtest-result.ts";

const NAMES: readonly [keyof LatencyTable, string][] = [
  ["ttft", "TTFT"],
  ["tpot", "TPOT"],
  ["itl", "ITL (gaps of chunks)"],
  ["e2e", "E2E"],
  ["ntpot", "NTPOT (E2E / tokens)"],
  ["queueDelay", "client delay"],
];

/** Column headings of `latencyRows`. */
export const LATENCY_HEADS = ["latency, ms", "n", "failed", "mean", "p50", "p90", "p95", "p99"] as const;

/**
 * Rows of a table of latencies. An uncertain quantile is marked by a star; one that falls among the failed requests is
 * labelled as such.
 */
export function latencyRows(table: LatencyTable): string[][] {
  return NAMES.map(([field, name]) => {
    const summary = table[field];
    return [
      name,
      whole(summary.n),
      whole(summary.failedRequests),
      ms(summary.mean),
      ...(["p50", "p90", "p95", "p99"] as const).map((quantile) => quantileText(summary, quantile)),
    ];
  });
}

/** True if a quantile of the table has a star. */
export function isThin(table: LatencyTable): boolean {
  return NAMES.some(([field]) => table[field].n > 0 && table[field].thin.length > 0);
}

/** Milliseconds with three significant digits, or a dash if there is no value. */
export function ms(value: number | null): string {
  return value === null ? "–" : formatNumber(value);
}

function quantileText(summary: LatencySummary, quantile: "p50" | "p90" | "p95" | "p99"): string {
  const value = summary[quantile];
  if (summary.n === 0) return "–";
  const star = summary.thin.includes(quantile) ? "*" : "";
  return value === null ? `failed${star}` : `${ms(value)}${star}`;
}

import type { LoggedKey } from "../domain/run-table.ts";

/** Default number of columns of metrics, and of params. */
const USUAL = { metrics: 4, params: 3 };

/**
 * Columns that distinguish runs: the most frequent metrics, losses first, the dataset if any run has one, and the params
 * that differ.
 */
export function usualColumns(keys: readonly LoggedKey[]): string[] {
  const params = keys
    .filter(({ column, values }) => column.startsWith("params.") && (values ?? 0) > 1)
    .toSorted(
      (a, b) =>
        b.runs - a.runs ||
        Number(isSeed(a.column)) - Number(isSeed(b.column)) ||
        (b.values ?? 0) - (a.values ?? 0) ||
        (a.column < b.column ? -1 : 1),
    );
  return [
    ...usualMetrics(keys, USUAL.metrics),
    ...keys.flatMap(({ column }) => (column === "dataset" ? [column] : [])),
    ...params.slice(0, USUAL.params).map(({ column }) => column),
  ];
}

/** The most frequent metrics, losses first. */
export function usualMetrics(keys: readonly LoggedKey[], count: number): string[] {
  return keys
    .filter(({ column }) => column.startsWith("metrics.") && !column.startsWith("metrics.system/"))
    .toSorted(
      (a, b) => b.runs - a.runs || metricRank(a.column) - metricRank(b.column) || (a.column < b.column ? -1 : 1),
    )
    .slice(0, count)
    .map(({ column }) => column);
}

/** Whether a param is a seed: it differs in each run, but no run is chosen by it. */
function isSeed(column: string): boolean {
  return /seed$/i.test(column);
}

/** Rank of a metric that puts losses and evaluation scores first, by which lists of runs are usually sorted. */
export function metricRank(name: string): number {
  if (/learning_rate|epoch|runtime|per_second|grad_norm/.test(name)) return 4;
  return /eval.*loss/.test(name) ? 0 : /loss/.test(name) ? 1 : /eval/.test(name) ? 2 : 3;
}

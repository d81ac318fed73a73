import { minus, whole } from "../../base/words.ts";
import type { CheckSummary } from "../../domain/estimate-check.ts";

/** Columns of the errors of a check, on a page and in a terminal: counts of rows, then per cent of what was measured. */
export const ERROR_COLUMNS: readonly { head: string; cell: (summary: CheckSummary) => string }[] = [
  { head: "rows", cell: ({ rows }) => whole(rows) },
  { head: "answered", cell: ({ answered }) => whole(answered) },
  { head: "refused", cell: ({ refused }) => whole(refused) },
  { head: "rejected", cell: ({ rejected }) => whole(rejected) },
  { head: "median |error| %", cell: ({ medianAbsErrorPct }) => percentText(medianAbsErrorPct) },
  { head: "p90 |error| %", cell: ({ p90AbsErrorPct }) => percentText(p90AbsErrorPct) },
  { head: "bias %", cell: ({ biasPct }) => percentText(biasPct) },
  { head: "in p10–p90 %", cell: ({ coverageP10P90Pct }) => percentText(coverageP10P90Pct) },
];

/** Per cent to a decimal; unknown where no row was answered. */
export function percentText(value: number | null): string {
  return value === null ? "unknown" : minus(value.toFixed(1));
}

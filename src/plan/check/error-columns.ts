import { minus, whole } from "../../base/words.ts";
import type { CheckSummary } from "../../domain/estimate-check.ts";

/** Columns for the errors of a check: counts of rows, then errors in per cent of the measured value. */
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

/** Per cent with one decimal; "unknown" if no row has an estimate. */
export function percentText(value: number | null): string {
  return value === null ? "unknown" : minus(value.toFixed(1));
}

import { textTable, wrapText } from "../../base/text-table.ts";
import type { CheckSummary, EstimateCheck } from "../../domain/estimate-check.ts";

/** How many reasons of refusals are printed; the JSON has all. */
const SHOWN_REASONS = 12;

/** Errors by source and by quantity, the totals last, and why rows were refused. */
export function checkText(check: EstimateCheck): string {
  const right = { align: "right" as const };
  const table = textTable(
    [
      { head: "source" },
      { head: "quantity" },
      { head: "rows", ...right },
      { head: "answered", ...right },
      { head: "refused", ...right },
      { head: "median |error| %", ...right },
      { head: "p90 |error| %", ...right },
      { head: "bias %", ...right },
      { head: "in p10-p90 %", ...right },
    ],
    [
      ...check.groups.map((summary) => cells(summary.group, summary)),
      null,
      ...check.summary.map((summary) => cells("all", summary)),
    ],
  );
  const reasons = check.refusals
    .slice(0, SHOWN_REASONS)
    .map(({ quantity, reason, rows }) => wrapText(`${rows} × ${quantity}: ${reason}`, 100, "  "));
  const more = check.refusals.length - SHOWN_REASONS;
  return [
    table,
    ...(reasons.length === 0 ? [] : ["", "refused:", ...reasons]),
    ...(more > 0 ? [`  and ${more} more reasons (--json lists them)`] : []),
  ].join("\n");
}

function cells(group: string, summary: CheckSummary): string[] {
  const percent = (value: number | null): string => (value === null ? "unknown" : value.toFixed(1));
  return [
    group,
    summary.quantity,
    String(summary.rows),
    String(summary.answered),
    String(summary.refused),
    percent(summary.medianAbsErrorPct),
    percent(summary.p90AbsErrorPct),
    percent(summary.biasPct),
    percent(summary.coverageP10P90Pct),
  ];
}

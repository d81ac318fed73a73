import { spread } from "../../base/quantile.ts";
import type { CheckedRow, CheckSummary, EstimateCheck } from "../../domain/estimate-check.ts";

/** Sums up checked rows: by quantity, by source and quantity, and the reasons of refusals. */
export function summariseChecks(rows: readonly (CheckedRow & { group: string })[]): EstimateCheck {
  const quantities = unique(rows.map(({ quantity }) => quantity));
  const groups = unique(rows.map(({ group }) => group)).toSorted();
  return {
    rows: rows.map(({ group: _group, ...row }) => row),
    summary: quantities.map((quantity) =>
      summaryOf(
        quantity,
        rows.filter((row) => row.quantity === quantity),
      ),
    ),
    groups: groups.flatMap((group) =>
      quantities
        .map((quantity) => ({
          group,
          ...summaryOf(
            quantity,
            rows.filter((row) => row.group === group && row.quantity === quantity),
          ),
        }))
        .filter((summary) => summary.rows > 0),
    ),
    refusals: refusalsOf(rows),
  };
}

function summaryOf(quantity: string, rows: readonly CheckedRow[]): CheckSummary {
  const answered = rows.filter((row) => "p50" in row);
  const errors = answered.map(({ p50, measured }) => (100 * (p50 - measured)) / measured);
  const inside = answered.filter(({ p10, p90, measured }) => p10 <= measured && measured <= p90).length;
  const absolute = spread(errors.map(Math.abs));
  const round = (value: number): number | null => (answered.length === 0 ? null : Number(value.toFixed(1)));
  return {
    quantity,
    rows: rows.length,
    answered: answered.length,
    refused: rows.length - answered.length,
    medianAbsErrorPct: round(absolute.p50),
    p90AbsErrorPct: round(absolute.p90),
    biasPct: round(spread(errors).p50),
    coverageP10P90Pct: round((100 * inside) / Math.max(1, answered.length)),
  };
}

function refusalsOf(rows: readonly CheckedRow[]): EstimateCheck["refusals"] {
  const counts = new Map<string, EstimateCheck["refusals"][number]>();
  for (const row of rows) {
    if (!("refused" in row)) continue;
    const key = `${row.quantity}\n${row.refused}`;
    const found = counts.get(key) ?? { quantity: row.quantity, reason: row.refused, rows: 0 };
    counts.set(key, { ...found, rows: found.rows + 1 });
  }
  return [...counts.values()].toSorted((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

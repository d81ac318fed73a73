import { spread } from "../../base/quantile.ts";
import type { CheckedCell, CheckedRow, CheckSummary, EstimateCheck } from "../../domain/estimate-check.ts";

type Answered = Extract<CheckedRow, { p50: number }>;

/** Maximum number of line numbers listed for a reason. */
const LISTED_LINES = 10;

/**
 * Summarises checked rows by quantity, by source and quantity, by cell, and by the reasons for refusals and rejections.
 */
export function summariseChecks(
  rows: readonly CheckedRow[],
): Pick<EstimateCheck, "rows" | "summary" | "groups" | "cells" | "refusals" | "rejections"> {
  const quantities = [...new Set(rows.map(({ quantity }) => quantity))];
  const sources = [...new Set(rows.map(({ source }) => source))].toSorted();
  const rowsOf = (quantity: string, source?: string): CheckedRow[] =>
    rows.filter((row) => row.quantity === quantity && (source === undefined || row.source === source));
  return {
    rows: [...rows],
    summary: quantities.map((quantity) => summaryOf(quantity, rowsOf(quantity))),
    groups: sources.flatMap((group) =>
      quantities
        .map((quantity) => ({ group, ...summaryOf(quantity, rowsOf(quantity, group)) }))
        .filter((summary) => summary.rows > 0),
    ),
    cells: quantities.flatMap((quantity) => cellsOf(quantity, rowsOf(quantity).filter(isAnswered))),
    refusals: reasonsOf(rows, (row) => ("refused" in row ? row.refused : undefined)),
    rejections: reasonsOf(rows, (row) => ("rejected" in row ? row.rejected : undefined)),
  };
}

function isAnswered(row: CheckedRow): row is Answered {
  return "p50" in row;
}

function summaryOf(quantity: string, rows: readonly CheckedRow[]): CheckSummary {
  const answered = rows.filter(isAnswered);
  const rejected = rows.filter((row) => "rejected" in row).length;
  return {
    quantity,
    rows: rows.length,
    answered: answered.length,
    refused: rows.length - answered.length - rejected,
    rejected,
    ...errorsOf(answered),
  };
}

function errorsOf(
  answered: readonly Answered[],
): Pick<CheckSummary, "medianAbsErrorPct" | "p90AbsErrorPct" | "biasPct" | "coverageP10P90Pct"> {
  const errors = answered.map(({ p50, measured }) => (100 * (p50 - measured)) / measured);
  const inside = answered.filter(({ p10, p90, measured }) => p10 <= measured && measured <= p90).length;
  const absolute = spread(errors.map(Math.abs));
  const round = (value: number): number | null => (answered.length === 0 ? null : Number(value.toFixed(1)));
  return {
    medianAbsErrorPct: round(absolute.p50),
    p90AbsErrorPct: round(absolute.p90),
    biasPct: round(spread(errors).p50),
    coverageP10P90Pct: round((100 * inside) / Math.max(1, answered.length)),
  };
}

function cellsOf(quantity: string, rows: readonly Answered[]): CheckedCell[] {
  const cells = new Map<string, Answered[]>();
  for (const row of rows) {
    const cell = cells.get(row.cell);
    if (cell) cell.push(row);
    else cells.set(row.cell, [row]);
  }
  return [...cells]
    .map(([cell, own]) => {
      const ratios = spread(own.map(({ measured, p50 }) => measured / p50));
      return {
        quantity,
        cell,
        answered: own.length,
        sources: [...new Set(own.map(({ source }) => source))].toSorted(),
        measuredOverP50: {
          p10: Number(ratios.p10.toFixed(3)),
          p50: Number(ratios.p50.toFixed(3)),
          p90: Number(ratios.p90.toFixed(3)),
        },
        ...errorsOf(own),
      };
    })
    .toSorted((a, b) => b.answered - a.answered || (a.cell < b.cell ? -1 : 1));
}

function reasonsOf(
  rows: readonly CheckedRow[],
  reasonOf: (row: CheckedRow) => string | undefined,
): EstimateCheck["refusals"] {
  const found = new Map<string, EstimateCheck["refusals"][number]>();
  for (const row of rows) {
    const reason = reasonOf(row);
    if (reason === undefined) continue;
    const key = `${row.quantity}\n${reason}`;
    const known = found.get(key) ?? { quantity: row.quantity, reason, rows: 0, lines: [] };
    const lines = known.lines.length < LISTED_LINES ? [...known.lines, row.line] : known.lines;
    found.set(key, { ...known, rows: known.rows + 1, lines });
  }
  return [...found.values()].toSorted((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
}

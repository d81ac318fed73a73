import * as Plot from "@observablehq/plot";

import { formatCount } from "../../base/units.ts";
import { percent } from "../../base/words.ts";
import { COLOR, type ChartWords } from "./draw.ts";
import { labelledBars } from "./labelled-bars.ts";

/** Number of rows of one group; `isUnknown` for rows whose group is unknown. */
export type ShareBar = { label: string; rows: number; isUnknown?: boolean };

/** Horizontal bars of the rows of each group with their share of all; unknown ones are grey. */
export function shareBars(groups: readonly ShareBar[], words: ChartWords): string {
  const all = groups.reduce((sum, { rows }) => sum + rows, 0);
  const parts = groups.map(({ rows, isUnknown }, row) => ({ row, rows, fill: isUnknown ? COLOR.muted : COLOR.main }));
  const numbers = (rows: number): string => `${formatCount(rows)}, ${percent(all === 0 ? 0 : rows / all)}`;
  return labelledBars(
    groups.map(({ label, rows }) => ({ label, numbers: numbers(rows), end: rows })),
    words,
    { unit: "Rows", numbersWidth: 150, marks: [Plot.barX(parts, { x: "rows", y: "row", fill: "fill" })] },
  );
}

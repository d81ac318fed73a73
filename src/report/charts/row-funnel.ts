import * as Plot from "@observablehq/plot";

import { formatCount } from "../../base/units.ts";
import { COLOR, type ChartWords } from "./draw.ts";
import { labelledBars } from "./labelled-bars.ts";

/** Input rows of a stage, by result. */
export type FunnelBar = { label: string; kept: number; dropped: number };

/** Horizontal bars of the rows that each stage kept and dropped, with their numbers. */
export function rowFunnel(stages: readonly FunnelBar[], words: ChartWords): string {
  const parts = stages.flatMap(({ kept, dropped }, row) => [
    { row, rows: kept, fill: COLOR.main },
    { row, rows: dropped, fill: COLOR.warm },
  ]);
  const numbers = ({ kept, dropped }: FunnelBar): string =>
    `${formatCount(kept)} kept${dropped === 0 ? "" : `, ${formatCount(dropped)} dropped`}`;
  return labelledBars(
    stages.map((bar) => ({ label: bar.label, numbers: numbers(bar), end: bar.kept + bar.dropped })),
    words,
    { unit: "Rows", numbersWidth: 210, marks: [Plot.barX(parts, { x: "rows", y: "row", fill: "fill" })] },
  );
}

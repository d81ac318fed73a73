import * as Plot from "@observablehq/plot";

import { formatCount } from "../../base/units.ts";
import { barLabels, COLOR, type ChartWords, compactTick, drawChart, isNarrow } from "./draw.ts";

/** Rows that came into a stage, by what became of them. */
export type FunnelBar = { label: string; kept: number; dropped: number };

/** Horizontal bars of the rows that each stage let through and dropped, with their numbers. */
export function rowFunnel(stages: readonly FunnelBar[], words: ChartWords): string {
  const bars = stages.map((stage, row) => ({ ...stage, row }));
  const parts = bars.flatMap(({ row, kept, dropped }) => [
    { row, rows: kept, fill: COLOR.main },
    { row, rows: dropped, fill: COLOR.warm },
  ]);
  const labels = barLabels(bars, words);
  const numbers = (bar: FunnelBar): string =>
    `${formatCount(bar.kept)} kept${bar.dropped === 0 ? "" : `, ${formatCount(bar.dropped)} dropped`}`;
  return drawChart(words, {
    height: labels.height + 54,
    marginLeft: labels.marginLeft,
    marginRight: isNarrow(words) ? 12 : 210,
    marginBottom: 40,
    x: {
      label: "Rows",
      labelAnchor: "left",
      labelArrow: "none",
      tickFormat: compactTick,
      ticks: isNarrow(words) ? 4 : 6,
      nice: true,
    },
    y: labels.y,
    marks: [
      Plot.gridX({ stroke: COLOR.grid, strokeOpacity: 1, ticks: isNarrow(words) ? 4 : 6 }),
      Plot.barX(parts, { x: "rows", y: "row", fill: "fill" }),
      isNarrow(words)
        ? Plot.text(bars, {
            y: "row",
            frameAnchor: "right",
            dy: -19,
            text: numbers,
            textAnchor: "end",
            fill: "currentColor",
          })
        : Plot.text(bars, {
            x: () => Math.max(...bars.map(({ kept, dropped }) => kept + dropped)),
            y: "row",
            text: numbers,
            textAnchor: "start",
            dx: 12,
            fill: "currentColor",
          }),
      labels.mark,
      Plot.ruleX([0], { stroke: "currentColor" }),
    ],
  });
}

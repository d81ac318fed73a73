import * as Plot from "@observablehq/plot";

import { formatRange } from "../../base/units.ts";
import { COLOR, type ChartWords, chartUsd, compactTick, drawChart, labelMargin, shortLabel } from "./draw.ts";

/** One bar: the median and the range of a group of cost lines, in US dollars. */
export type CostBar = { label: string; p10: number; p50: number; p90: number };

/** Horizontal bars of the medians, each with a line from p10 to p90 and its numbers written out. */
export function costBars(rows: readonly CostBar[], words: ChartWords): string {
  const bars = rows.map((row) => ({ ...row, label: shortLabel(row.label) }));
  return drawChart(words, {
    height: 34 * bars.length + 54,
    marginLeft: labelMargin(bars.map((bar) => bar.label)),
    marginRight: 150,
    marginBottom: 40,
    x: {
      label: "US dollars: bar p50, line p10–p90",
      labelAnchor: "left",
      labelArrow: "none",
      tickFormat: compactTick,
      ticks: 5,
      nice: true,
    },
    y: { label: null, domain: bars.map((bar) => bar.label), padding: 0.42 },
    marks: [
      Plot.gridX({ stroke: COLOR.grid, strokeOpacity: 1, ticks: 5 }),
      Plot.barX(bars, { x: "p50", y: "label", fill: COLOR.main }),
      Plot.ruleY(bars, { x1: "p10", x2: "p90", y: "label", stroke: "currentColor", strokeWidth: 1.5, marker: "tick" }),
      Plot.text(bars, {
        x: () => Math.max(...bars.map((bar) => bar.p90)),
        y: "label",
        text: (bar: CostBar) => formatRange(bar.p10, bar.p90, chartUsd),
        textAnchor: "start",
        dx: 12,
        fill: "currentColor",
      }),
      Plot.ruleX([0], { stroke: "currentColor" }),
    ],
  });
}

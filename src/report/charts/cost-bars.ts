import * as Plot from "@observablehq/plot";

import { formatRange } from "../../base/units.ts";
import { COLOR, type ChartWords, barLabels, chartUsd, compactTick, drawChart, isNarrow } from "./draw.ts";

/** One bar: the median and the range of a group of cost lines, in US dollars. */
export type CostBar = { label: string; p10: number; p50: number; p90: number };

/** Horizontal bars of the medians, each with a line from p10 to p90 and its numbers written out. */
export function costBars(rows: readonly CostBar[], words: ChartWords): string {
  const bars = rows.map((row, index) => ({ ...row, row: index }));
  const labels = barLabels(bars, words);
  const range = (bar: CostBar): string => formatRange(bar.p10, bar.p90, chartUsd);
  const numbers = isNarrow(words)
    ? Plot.text(bars, { y: "row", frameAnchor: "right", dy: -19, text: range, textAnchor: "end", fill: "currentColor" })
    : Plot.text(bars, {
        x: () => Math.max(...bars.map((bar) => bar.p90)),
        y: "row",
        text: range,
        textAnchor: "start",
        dx: 12,
        fill: "currentColor",
      });
  return drawChart(words, {
    height: labels.height + 54,
    marginLeft: labels.marginLeft,
    marginRight: isNarrow(words) ? 12 : 160,
    marginBottom: 40,
    x: {
      label: "US dollars: bar p50, line p10–p90",
      labelAnchor: "left",
      labelArrow: "none",
      tickFormat: compactTick,
      ticks: isNarrow(words) ? 4 : 6,
      nice: true,
    },
    y: labels.y,
    marks: [
      Plot.gridX({ stroke: COLOR.grid, strokeOpacity: 1, ticks: isNarrow(words) ? 4 : 6 }),
      Plot.barX(bars, { x: "p50", y: "row", fill: COLOR.main }),
      Plot.ruleY(bars, { x1: "p10", x2: "p90", y: "row", stroke: "currentColor", strokeWidth: 1.5, marker: "tick" }),
      numbers,
      labels.mark,
      Plot.ruleX([0], { stroke: "currentColor" }),
    ],
  });
}

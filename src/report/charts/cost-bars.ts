import * as Plot from "@observablehq/plot";

import { formatRange } from "../../base/units.ts";
import { COLOR, type ChartWords, chartUsd } from "./draw.ts";
import { labelledBars } from "./labelled-bars.ts";

/** One bar: the median and the range of a group of cost lines, in US dollars. */
export type CostBar = { label: string; p10: number; p50: number; p90: number };

/** Horizontal bars of the medians, each with a line from p10 to p90 and its numbers as text. */
export function costBars(costs: readonly CostBar[], words: ChartWords): string {
  const bars = costs.map((cost, row) => ({ ...cost, row }));
  return labelledBars(
    costs.map(({ label, p10, p90 }) => ({ label, numbers: formatRange(p10, p90, chartUsd), end: p90 })),
    words,
    {
      unit: "US dollars: bar p50, line p10–p90",
      numbersWidth: 160,
      marks: [
        Plot.barX(bars, { x: "p50", y: "row", fill: COLOR.main }),
        Plot.ruleY(bars, { x1: "p10", x2: "p90", y: "row", stroke: "currentColor", strokeWidth: 1.5, marker: "tick" }),
      ],
    },
  );
}

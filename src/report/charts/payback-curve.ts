import * as Plot from "@observablehq/plot";

import { COLOR, type ChartWords, compactTick, drawChart, isNarrow } from "./draw.ts";

/** Cumulative US dollars after a month, negative until the programme has paid back; p10 is null if it is unknown. */
export type PaybackPoint = { month: number; p10: number | null; p50: number; p90: number };

/**
 * Cumulative cash by month after launch: median line, p10-p90 band, and the month in which the median crosses zero. The
 * band begins at the median if the low end is unknown.
 */
export function paybackCurve(points: readonly PaybackPoint[], words: ChartWords): string {
  const crossing = monthOfPayback(points);
  const low = points.some(({ p10 }) => p10 === null) ? "p50" : "p10";
  const band = `line p50, band ${low}–p90`;
  const isLate = crossing !== null && crossing > (points.at(-1)?.month ?? 0) / 2;
  return drawChart(words, {
    height: 300,
    marginLeft: 62,
    marginBottom: 42,
    marginTop: 26,
    x: {
      label: "Months after launch",
      labelArrow: "none",
      ticks: Math.min(isNarrow(words) ? 6 : 12, points.length - 1),
      tickFormat: "d",
    },
    y: {
      label: `${isNarrow(words) ? "US dollars" : "Cumulative US dollars"}: ${band}`,
      labelArrow: "none",
      tickFormat: compactTick,
      ticks: 6,
    },
    marks: [
      Plot.gridY({ stroke: COLOR.grid, strokeOpacity: 1, ticks: 6 }),
      Plot.areaY(points, { x: "month", y1: low, y2: "p90", fill: COLOR.soft, fillOpacity: 0.55 }),
      ...[low, "p90"].map((y) => Plot.lineY(points, { x: "month", y, stroke: COLOR.main, strokeWidth: 0.75 })),
      Plot.ruleY([0], { stroke: "currentColor" }),
      Plot.lineY(points, { x: "month", y: "p50", stroke: COLOR.main, strokeWidth: 2.5 }),
      ...(crossing === null
        ? []
        : [
            Plot.ruleX([crossing], { stroke: COLOR.warm, strokeDasharray: "4,3", strokeWidth: 1.5 }),
            Plot.dot([crossing], { x: (month: number) => month, y: () => 0, fill: COLOR.warm, r: 4.5 }),
            Plot.text([crossing], {
              x: (month: number) => month,
              frameAnchor: "bottom",
              dx: isLate ? -7 : 7,
              dy: -6,
              textAnchor: isLate ? "end" : "start",
              text: (month: number) => `${isNarrow(words) ? "" : "paid back in "}month ${Math.ceil(month)} at p50`,
              fill: "currentColor",
            }),
          ]),
    ],
  });
}

/**
 * Month in which the median line crosses zero upwards, interpolated linearly between two points; null if it never does.
 */
export function monthOfPayback(points: readonly PaybackPoint[]): number | null {
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (before === undefined || before.p50 >= 0 || point.p50 < 0) continue;
    return before.month + ((0 - before.p50) / (point.p50 - before.p50)) * (point.month - before.month);
  }
  return null;
}

import * as Plot from "@observablehq/plot";

import { formatNumber } from "../../base/units.ts";
import { type ChartWords, COLOR, drawChart, isNarrow } from "./draw.ts";

/** An operating point: requests per second offered, answered, and answered within the SLO (null without one). */
export type RatePoint = { offered: number; answered: number; good: number | null };

/** Answered requests and goodput by offered rate. On the dashed line, all offered requests are answered. */
export function rateGoodput(points: readonly RatePoint[], words: ChartWords): string {
  const sorted = points.toSorted((a, b) => a.offered - b.offered);
  const most = Math.max(...sorted.map(({ offered }) => offered)) * 1.06;
  const good = sorted.filter((point) => point.good !== null);
  const ticks = isNarrow(words) ? 4 : 8;
  const tickFormat = (value: number): string => formatNumber(value);
  return drawChart(words, {
    height: 320,
    marginLeft: 54,
    marginBottom: 42,
    marginTop: 28,
    x: {
      label: "Requests per second offered",
      labelArrow: "none",
      labelAnchor: "left",
      domain: [0, most],
      ticks,
      tickFormat,
    },
    y: {
      label: isNarrow(words)
        ? "Requests/s: blue answered, green good"
        : "Requests per second: blue answered, green within the SLO",
      labelArrow: "none",
      domain: [0, most],
      ticks: 6,
      tickFormat,
    },
    marks: [
      Plot.gridY({ stroke: COLOR.grid, strokeOpacity: 1, ticks: 6 }),
      Plot.line(
        [
          [0, 0],
          [most, most],
        ],
        { stroke: COLOR.muted, strokeDasharray: "4,3" },
      ),
      Plot.line(sorted, { x: "offered", y: "answered", stroke: COLOR.main, strokeWidth: 2 }),
      Plot.dot(sorted, { x: "offered", y: "answered", fill: COLOR.main, r: 4 }),
      Plot.line(good, { x: "offered", y: "good", stroke: COLOR.good, strokeWidth: 2 }),
      Plot.dot(good, { x: "offered", y: "good", fill: COLOR.good, r: 4 }),
      Plot.ruleY([0], { stroke: "currentColor" }),
    ],
  });
}

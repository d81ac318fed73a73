import * as Plot from "@observablehq/plot";

import { formatNumber } from "../../base/units.ts";
import { COLOR, type ChartWords, drawChart, isNarrow } from "./draw.ts";

/** A positive value at a share of the maximum load. */
export type LoadPoint = { share: number; p10: number; p50: number; p90: number };

/** Labels of the chart: the names of the axes, the format of the values, and a limit that must not be exceeded. */
export type LoadBandWords = ChartWords & {
  label: string;
  format?: (value: number) => string;
  limit?: { value: number; text: string };
};

/** A value by load, logarithmic: a median line with its points, a p10-p90 band, and the limit as a line. */
export function loadBand(points: readonly LoadPoint[], chart: LoadBandWords): string {
  const { label, format = (value: number) => formatNumber(value, 2), limit, ...words } = chart;
  const values = [...points.flatMap(({ p10, p90 }) => [p10, p90]), ...(limit ? [limit.value] : [])];
  return drawChart(words, {
    height: 300,
    marginLeft: 66,
    marginBottom: 42,
    marginTop: 26,
    marginRight: 20,
    x: {
      label: isNarrow(words) ? "Load, % of capacity" : "Load, % of the capacity at the SLO",
      labelArrow: "none",
      domain: [0, 100],
      ticks: isNarrow(words) ? 5 : 10,
    },
    y: {
      type: "log",
      label: isNarrow(words) ? label : `${label}: line p50, band p10–p90`,
      labelArrow: "none",
      domain: [Math.min(...values) / 1.2, Math.max(...values) * 1.6], // room for the label of a limit above all values
      tickFormat: format,
      ticks: 5,
    },
    marks: [
      Plot.gridY({ stroke: COLOR.grid, strokeOpacity: 1, ticks: 5 }),
      Plot.areaY(points, { x: percentOf, y1: "p10", y2: "p90", fill: COLOR.soft, fillOpacity: 0.55 }),
      Plot.lineY(points, { x: percentOf, y: "p50", stroke: COLOR.main, strokeWidth: 2.5 }),
      Plot.dot(points, { x: percentOf, y: "p50", r: 3.5, fill: COLOR.main }),
      ...(limit === undefined
        ? []
        : [
            Plot.ruleY([limit.value], { stroke: COLOR.bad, strokeDasharray: "4,3", strokeWidth: 1.5 }),
            Plot.text([limit], {
              y: "value",
              frameAnchor: "left",
              dx: 8,
              dy: -8,
              textAnchor: "start",
              text: "text",
              fill: "currentColor",
            }),
          ]),
    ],
  });
}

function percentOf({ share }: LoadPoint): number {
  return share * 100;
}

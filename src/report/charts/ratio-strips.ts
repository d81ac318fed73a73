import * as Plot from "@observablehq/plot";

import { COLOR, type ChartWords, barLabels, drawChart, isNarrow } from "./draw.ts";

/** Ratios of measured over estimated values for one group of rows: all of them, and their p10, p50 and p90. */
export type RatioStrip = { label: string; ratios: readonly number[]; p10: number; p50: number; p90: number };

/** Ends of the axis. Values beyond them are drawn at the end, as an arrow head. */
const ENDS: readonly [number, number] = [0.25, 4];

/** One line of dots per group on a logarithmic axis of measured over estimated, a bar from p10 to p90, a tick at p50. */
export function ratioStrips(
  strips: readonly RatioStrip[],
  words: ChartWords,
  what = "Measured over estimated",
): string {
  const rows = strips.map((strip, row) => ({ ...strip, row }));
  const labels = barLabels(rows, words);
  const inside = (value: number): number => Math.min(ENDS[1], Math.max(ENDS[0], value));
  const dots = rows.flatMap(({ row, ratios }) =>
    ratios.map((ratio) => ({ row, ratio: inside(ratio), isBeyond: ratio < ENDS[0] || ratio > ENDS[1] })),
  );
  const bars = rows.map(({ row, p10, p50, p90 }) => ({ row, p10: inside(p10), p50: inside(p50), p90: inside(p90) }));
  return drawChart(words, {
    height: labels.height + 58,
    marginLeft: labels.marginLeft,
    marginRight: 18,
    marginBottom: 44,
    x: {
      type: "log",
      domain: ENDS,
      ticks: isNarrow(words) ? [0.25, 0.5, 1, 2, 4] : [0.25, 0.33, 0.5, 0.67, 1, 1.5, 2, 3, 4],
      tickFormat: (value: number) => `${value}`,
      label: `${what}: dots rows, bar p10–p90, tick p50`,
      labelAnchor: "left",
      labelArrow: "none",
    },
    y: labels.y,
    marks: [
      Plot.gridX([0.25, 0.5, 1, 2, 4], { stroke: COLOR.grid, strokeOpacity: 1 }),
      Plot.ruleX([1], { stroke: "currentColor", strokeWidth: 1.5 }),
      Plot.dot(dots, {
        x: "ratio",
        y: "row",
        r: 2.6,
        fill: (dot: { isBeyond: boolean }) => (dot.isBeyond ? COLOR.bad : COLOR.main),
        fillOpacity: 0.35,
      }),
      Plot.ruleY(bars, { x1: "p10", x2: "p90", y: "row", stroke: COLOR.warm, strokeWidth: 3, strokeOpacity: 0.75 }),
      Plot.tickX(bars, { x: "p50", y: "row", stroke: COLOR.warm, strokeWidth: 3 }),
      labels.mark,
    ],
  });
}

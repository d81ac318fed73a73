import * as Plot from "@observablehq/plot";

import { type ChartWords, COLOR, compactTick, drawChart, isNarrow } from "./draw.ts";

/** Time to first token of the requests that were due around a time; null if it falls among failed requests. */
export type CoursePoint = { atSec: number; p50: number | null; p95: number | null };

/** TTFT by time of sending: the median, and p95 above it; a band marks the counted window. Gaps are failed requests. */
export function ttftCourse(
  points: readonly CoursePoint[],
  options: ChartWords & { fromSec: number; toSec: number },
): string {
  const { fromSec, toSec, ...words } = options;
  const known = points.map(({ atSec, p50, p95 }) => ({ atSec, p50: p50 ?? Number.NaN, p95: p95 ?? Number.NaN }));
  return drawChart(words, {
    height: 280,
    marginLeft: 58,
    marginBottom: 42,
    marginTop: 26,
    x: {
      label: "Seconds from the start, by when requests were due",
      labelArrow: "none",
      labelAnchor: "left",
      ticks: isNarrow(words) ? 5 : 10,
    },
    y: {
      label: "TTFT, milliseconds: thick p50, thin p95",
      labelArrow: "none",
      tickFormat: compactTick,
      ticks: 5,
      zero: true,
      nice: true,
    },
    marks: [
      Plot.rectX([{ fromSec, toSec }], { x1: "fromSec", x2: "toSec", fill: COLOR.soft, fillOpacity: 0.25 }),
      Plot.gridY({ stroke: COLOR.grid, strokeOpacity: 1, ticks: 5 }),
      Plot.lineY(known, { x: "atSec", y: "p95", stroke: COLOR.warm, strokeWidth: 1.25 }),
      Plot.lineY(known, { x: "atSec", y: "p50", stroke: COLOR.main, strokeWidth: 2.5 }),
      Plot.ruleY([0], { stroke: "currentColor" }),
    ],
  });
}

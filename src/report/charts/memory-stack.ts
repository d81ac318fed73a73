import * as Plot from "@observablehq/plot";

import { formatNumber } from "../../base/units.ts";
import { COLOR, type ChartWords, chartWidth, drawChart, isNarrow } from "./draw.ts";

/** One part of the peak memory of a GPU, in GiB. */
export type MemoryPart = { label: string; gib: number };

/** The GPU whose memory must be sufficient, and the range of the peak, in GiB. */
export type MemoryLimits = ChartWords & { gpu: string; gpuGib: number; p10: number; p90: number };

/** Width of a column of the legend in pixels. */
const COLUMN = 420;

/** One stacked bar of the parts of the peak compared with the memory of the GPU, with the range of the total. */
export function memoryStack(parts: readonly MemoryPart[], limits: MemoryLimits): string {
  const { gpu, gpuGib, p10, p90, ...words } = limits;
  const shown = parts.filter((part) => part.gib > 0);
  let start = 0;
  const bars = shown.map((part, index) => {
    const from = start;
    start += part.gib;
    return { ...part, number: index + 1, from, to: start, color: COLOR.series[index % COLOR.series.length]! };
  });
  const columns = isNarrow(words) ? 1 : 2;
  const legend = bars.map((bar, index) => ({
    ...bar,
    text: `${bar.number} ${bar.label} ${formatNumber(bar.gib, 2)}`,
    x: index % columns,
    y: Math.floor(index / columns),
  }));
  const legendRows = Math.ceil(legend.length / columns);
  const end = Math.max(gpuGib, p90, start) * 1.02;
  const wide = bars.filter((bar) => (bar.gib / end) * chartWidth(words) > 18);
  return drawChart(words, {
    height: 128 + 22 * legendRows,
    marginLeft: 12,
    marginRight: 24,
    marginTop: 42,
    marginBottom: 44 + 22 * legendRows,
    x: { domain: [0, end], label: null, ticks: 6 },
    y: { axis: null, domain: ["peak"], padding: 0.1 },
    marks: [
      Plot.barX(["peak"], { x1: 0, x2: gpuGib, y: (row: string) => row, fill: COLOR.grid, fillOpacity: 0.6 }),
      Plot.barX(bars, { x1: "from", x2: "to", y: () => "peak", fill: "color", insetTop: 7, insetBottom: 7 }),
      Plot.ruleY(["peak"], {
        x1: p10,
        x2: p90,
        y: (row: string) => row,
        stroke: "currentColor",
        strokeWidth: 1.5,
        marker: "tick",
      }),
      // The number of a part, so that the legend can be used without colour; omitted if there is no room.
      Plot.text(wide, {
        x: (bar: { from: number; to: number }) => (bar.from + bar.to) / 2,
        y: () => "peak",
        dy: -27,
        text: (bar: { number: number }) => String(bar.number),
        fill: "currentColor",
      }),
      Plot.ruleX([gpuGib], { stroke: COLOR.bad, strokeWidth: 2 }),
      Plot.text([gpuGib], {
        x: (gib: number) => gib,
        frameAnchor: "top",
        textAnchor: "end",
        dy: -30,
        text: (gib: number) => `${gpu}: ${formatNumber(gib)} GiB`,
        fill: "currentColor",
      }),
      Plot.text(["GiB per GPU: parts at p50, line p10–p90"], {
        frameAnchor: "bottom-left",
        dy: 38,
        dx: 0,
        fill: "currentColor",
      }),
      ...legend.flatMap(legendMarks),
    ],
  });
}

/** A swatch and its label. */
function legendMarks(item: { text: string; color: string; x: number; y: number }): Plot.Markish[] {
  const anchor = { frameAnchor: "bottom-left" } as const;
  const [dx, dy] = [item.x * COLUMN, item.y * 22];
  return [
    Plot.dot([item], { ...anchor, dx: 6 + dx, dy: 54 + dy, r: 5.5, symbol: "square", fill: item.color }),
    Plot.text([item.text], { ...anchor, dx: 20 + dx, dy: 60 + dy, fill: "currentColor" }),
  ];
}

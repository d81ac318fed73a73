import * as Plot from "@observablehq/plot";

import { formatNumber } from "../../base/units.ts";
import { COLOR, type ChartWords, drawChart } from "./draw.ts";

/** One part of the memory of a GPU at the peak, in GiB. */
export type MemoryPart = { label: string; gib: number };

/** The GPU it must fit into, and the range of the peak, in GiB. */
export type MemoryLimits = ChartWords & { gpu: string; gpuGib: number; p10: number; p90: number };

/** One stacked bar of the parts of the peak against the memory of the GPU, with the range of the total. */
export function memoryStack(parts: readonly MemoryPart[], limits: MemoryLimits): string {
  const { gpu, gpuGib, p10, p90, ...words } = limits;
  const shown = parts.filter((part) => part.gib > 0);
  let start = 0;
  const bars = shown.map((part, index) => {
    const from = start;
    start += part.gib;
    return { ...part, from, to: start, color: COLOR.series[index % COLOR.series.length]! };
  });
  const legend = bars.map((bar, index) => ({
    ...bar,
    text: `${bar.label} ${formatNumber(bar.gib, 2)}`,
    x: index % 2,
    y: Math.floor(index / 2),
  }));
  const legendRows = Math.ceil(legend.length / 2);
  const end = Math.max(gpuGib, p90, start);
  return drawChart(words, {
    height: 116 + 22 * legendRows,
    marginLeft: 12,
    marginRight: 24,
    marginTop: 30,
    marginBottom: 44 + 22 * legendRows,
    x: { domain: [0, end * 1.02], label: null, ticks: 6 },
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
      Plot.ruleX([gpuGib], { stroke: COLOR.bad, strokeWidth: 2 }),
      Plot.text([gpuGib], {
        x: (gib: number) => gib,
        frameAnchor: "top",
        textAnchor: "end",
        dy: -16,
        text: (gib: number) => `${gpu}: ${formatNumber(gib)} GiB`,
        fill: "currentColor",
      }),
      Plot.text(["GiB per GPU: parts at p50, line p10–p90"], {
        frameAnchor: "bottom-left",
        dy: 38,
        dx: 0,
        fill: "currentColor",
      }),
      ...legend.flatMap((item) => [
        Plot.dot([item], {
          frameAnchor: "bottom-left",
          dx: 6 + item.x * 320,
          dy: 54 + item.y * 22,
          r: 5.5,
          symbol: "square",
          fill: item.color,
        }),
        Plot.text([item.text], {
          frameAnchor: "bottom-left",
          dx: 20 + item.x * 320,
          dy: 60 + item.y * 22,
          fill: "currentColor",
        }),
      ]),
    ],
  });
}

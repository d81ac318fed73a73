import * as Plot from "@observablehq/plot";

import { COLOR, type ChartWords, chartUsd, compactTick, drawChart, labelMargin, shortLabel } from "./draw.ts";

/** One input: the total with the input at its low and at its high end, in US dollars. */
export type TornadoRow = { label: string; lowUsd: number; highUsd: number };

type End = { label: string; from: number; to: number };

/** Tornado chart: what moves the total most stands first. `baseUsd` is the total with every input at its median. */
export function tornado(rows: readonly TornadoRow[], options: ChartWords & { baseUsd: number }): string {
  const { baseUsd, ...words } = options;
  const bars = rows.map((row) => ({ ...row, label: shortLabel(row.label) }));
  const ends: End[] = bars.flatMap((bar) => [
    { label: bar.label, from: baseUsd, to: bar.lowUsd },
    { label: bar.label, from: baseUsd, to: bar.highUsd },
  ]);
  const [low, high] = [
    Math.min(baseUsd, ...bars.map((bar) => Math.min(bar.lowUsd, bar.highUsd))),
    Math.max(baseUsd, ...bars.map((bar) => Math.max(bar.lowUsd, bar.highUsd))),
  ];
  const room = Math.max((high - low) * 0.22, 1);
  return drawChart(words, {
    height: 30 * bars.length + 66,
    marginLeft: labelMargin(bars.map((bar) => bar.label)),
    marginRight: 24,
    marginTop: 26,
    marginBottom: 40,
    x: {
      domain: [low - room, high + room],
      label: "Total, US dollars",
      labelAnchor: "left",
      labelArrow: "none",
      tickFormat: compactTick,
      ticks: 5,
    },
    y: { label: null, domain: bars.map((bar) => bar.label), padding: 0.35 },
    marks: [
      Plot.gridX({ stroke: COLOR.grid, strokeOpacity: 1, ticks: 5 }),
      Plot.barX(ends, {
        x1: "from",
        x2: "to",
        y: "label",
        fill: (end: End) => (end.to < end.from ? COLOR.good : COLOR.warm),
      }),
      Plot.text(
        ends,
        endText((end) => end.to < end.from, "end"),
      ),
      Plot.text(
        ends,
        endText((end) => end.to > end.from, "start"),
      ),
      Plot.ruleX([baseUsd], { stroke: "currentColor" }),
      Plot.text([baseUsd], {
        x: (value: number) => value,
        frameAnchor: "top",
        dy: -16,
        text: (value: number) => `p50 of every input: ${chartUsd(value)}`,
        fill: "currentColor",
      }),
    ],
  });
}

function endText(filter: (end: End) => boolean, textAnchor: "start" | "end"): Plot.TextOptions {
  return {
    filter,
    x: "to",
    y: "label",
    text: (end: End) => chartUsd(end.to),
    textAnchor,
    dx: textAnchor === "end" ? -6 : 6,
    fill: "currentColor",
  };
}

import * as Plot from "@observablehq/plot";

import { COLOR, type ChartWords, barLabels, chartUsd, compactTick, drawChart, isNarrow } from "./draw.ts";

/** One input: the total with the input at its low and at its high end, in US dollars. */
export type TornadoRow = { label: string; lowUsd: number; highUsd: number };

type End = { row: number; from: number; to: number };

/**
 * Tornado chart: the inputs with the largest effect on the total come first. `baseUsd` is the total with every input at
 * its median. An end to its left lowers the total, one to its right raises it. Green marks the better side, which is
 * left for a cost and right for a gain.
 */
export function tornado(
  rows: readonly TornadoRow[],
  options: ChartWords & { baseUsd: number; label?: string; isGain?: boolean },
): string {
  const { baseUsd, label = "Total, US dollars", isGain = false, ...words } = options;
  const bars = rows.map((row, index) => ({ ...row, row: index }));
  const labels = barLabels(bars, words);
  const ends: End[] = bars.flatMap(({ row, lowUsd, highUsd }) => [
    { row, from: baseUsd, to: lowUsd },
    { row, from: baseUsd, to: highUsd },
  ]);
  const [low, high] = [Math.min(baseUsd, ...ends.map(({ to }) => to)), Math.max(baseUsd, ...ends.map(({ to }) => to))];
  const room = Math.max((high - low) * (isNarrow(words) ? 0.36 : 0.16), 1); // for the numbers at the ends
  const ticks = isNarrow(words) ? 4 : 6;
  return drawChart(words, {
    height: labels.height + 66,
    marginLeft: labels.marginLeft,
    marginRight: 24,
    marginTop: 26,
    marginBottom: 40,
    x: {
      domain: [low - room, high + room],
      label,
      labelAnchor: "left",
      labelArrow: "none",
      tickFormat: compactTick,
      ticks,
    },
    y: labels.y,
    marks: [
      Plot.gridX({ stroke: COLOR.grid, strokeOpacity: 1, ticks }),
      Plot.barX(ends, {
        x1: "from",
        x2: "to",
        y: "row",
        fill: (end: End) => (end.to < end.from === isGain ? COLOR.warm : COLOR.good),
      }),
      Plot.text(
        ends,
        endText((end) => end.to < end.from, "end"),
      ),
      Plot.text(
        ends,
        endText((end) => end.to > end.from, "start"),
      ),
      labels.mark,
      Plot.ruleX([baseUsd], { stroke: "currentColor" }),
      Plot.text([baseUsd], {
        x: (value: number) => value,
        frameAnchor: "top",
        dy: -16,
        text: (value: number) => `every input at p50: ${chartUsd(value)}`,
        fill: "currentColor",
      }),
    ],
  });
}

function endText(filter: (end: End) => boolean, textAnchor: "start" | "end"): Plot.TextOptions {
  return {
    filter,
    x: "to",
    y: "row",
    text: (end: End) => chartUsd(end.to),
    textAnchor,
    dx: textAnchor === "end" ? -6 : 6,
    fill: "currentColor",
  };
}

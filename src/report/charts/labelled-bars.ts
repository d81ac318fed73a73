import * as Plot from "@observablehq/plot";

import { barLabels, COLOR, type ChartWords, compactTick, drawChart, isNarrow } from "./draw.ts";

/** One row of horizontal bars: its label, the numbers written next to it, and the end of its longest bar. */
export type LabelledBar = { label: string; numbers: string; end: number };

/** Horizontal bars, one per row, with a label on the left and the numbers on the right, or above on a phone. */
export function labelledBars(
  rows: readonly LabelledBar[],
  words: ChartWords,
  {
    unit,
    numbersWidth,
    marks,
  }: {
    /** Quantity on the axis. */
    unit: string;
    /** Room for the numbers next to the bars, px. */
    numbersWidth: number;
    /** The bars; `y` is the index of the row. */
    marks: readonly Plot.Markish[];
  },
): string {
  const bars = rows.map((bar, row) => ({ ...bar, row }));
  const labels = barLabels(bars, words);
  const end = Math.max(...bars.map((bar) => bar.end));
  const ticks = isNarrow(words) ? 4 : 6;
  const text = { y: "row", text: "numbers", fill: "currentColor" } as const;
  return drawChart(words, {
    height: labels.height + 54,
    marginLeft: labels.marginLeft,
    marginRight: isNarrow(words) ? 12 : numbersWidth,
    marginBottom: 40,
    x: { label: unit, labelAnchor: "left", labelArrow: "none", tickFormat: compactTick, ticks, nice: true },
    y: labels.y,
    marks: [
      Plot.gridX({ stroke: COLOR.grid, strokeOpacity: 1, ticks }),
      ...marks,
      isNarrow(words)
        ? Plot.text(bars, { ...text, frameAnchor: "right", dy: -19, textAnchor: "end" })
        : Plot.text(bars, { ...text, x: () => end, textAnchor: "start", dx: 12 }),
      labels.mark,
      Plot.ruleX([0], { stroke: "currentColor" }),
    ],
  });
}

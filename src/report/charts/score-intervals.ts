import * as Plot from "@observablehq/plot";

import { barLabels, type ChartWords, COLOR, drawChart, isNarrow } from "./draw.ts";

/** A value with its interval; `numbers` is written next to it. */
export type ScoreRow = { label: string; value: number; low: number; high: number; numbers: string };

/** Quantity on the axis, and a value that is marked by a rule: a margin, or no difference. */
export type ScoreAxis = { unit: string; domain?: readonly [number, number]; rule?: number };

/** Values with their intervals, one row each: a line for the interval and a dot for the value. */
export function scoreIntervals(rows: readonly ScoreRow[], words: ChartWords, axis: ScoreAxis): string {
  const marked = rows.map((scoreRow, row) => ({ ...scoreRow, row }));
  const labels = barLabels(marked, words);
  const [low, high] = axis.domain ?? spanOf(rows, axis.rule);
  const text = { y: "row", text: "numbers", fill: "currentColor" } as const;
  return drawChart(words, {
    height: labels.height + 54,
    marginLeft: labels.marginLeft,
    marginRight: isNarrow(words) ? 14 : 230,
    marginBottom: 40,
    x: {
      domain: [low, high],
      label: axis.unit,
      labelAnchor: "left",
      labelArrow: "none",
      ticks: isNarrow(words) ? 3 : 6,
    },
    y: labels.y,
    marks: [
      Plot.gridX({ stroke: COLOR.grid, strokeOpacity: 1, ticks: isNarrow(words) ? 3 : 6 }),
      ...(axis.rule === undefined ? [] : [Plot.ruleX([axis.rule], { stroke: COLOR.warm, strokeWidth: 1.5 })]),
      Plot.ruleY(marked, { x1: "low", x2: "high", y: "row", stroke: COLOR.main, strokeWidth: 2 }),
      Plot.dot(marked, { x: "value", y: "row", r: 4, fill: COLOR.main }),
      isNarrow(words)
        ? Plot.text(marked, { ...text, frameAnchor: "right", dy: -17, textAnchor: "end" })
        : Plot.text(marked, { ...text, x: () => high, textAnchor: "start", dx: 12 }),
      labels.mark,
    ],
  });
}

function spanOf(rows: readonly ScoreRow[], rule: number | undefined): [number, number] {
  const values = [...rows.flatMap(({ low, high }) => [low, high]), ...(rule === undefined ? [] : [rule])];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || 0.1) * 0.06;
  return [low - room, high + room];
}

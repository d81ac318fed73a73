import * as Plot from "@observablehq/plot";

import { formatNumber } from "../../base/units.ts";
import { barLabels, type ChartWords, COLOR, drawChart, isNarrow } from "./draw.ts";

/** Quantiles of one latency, milliseconds, from the lowest; those that are unknown are omitted. */
export type LatencyQuantiles = { label: string; quantiles: readonly { name: string; ms: number }[] };

/**
 * Latencies by row on a logarithmic axis: a line from the lowest quantile to the highest, with a dot for each and its
 * name above.
 */
export function latencyQuantiles(rows: readonly LatencyQuantiles[], words: ChartWords): string {
  const labels = barLabels(
    rows.map(({ label }, row) => ({ label, row })),
    words,
  );
  const dots = rows.flatMap(({ quantiles }, row) => quantiles.map(({ name, ms }) => ({ row, name, ms: atLeast(ms) })));
  const lines = rows.flatMap(({ quantiles }, row) =>
    quantiles.length === 0 ? [] : [{ row, from: atLeast(quantiles[0]!.ms), to: atLeast(quantiles.at(-1)!.ms) }],
  );
  const ends = lines.flatMap(({ row, to }) => [{ row, to, text: `${formatNumber(to)} ms` }]);
  const values = dots.map(({ ms }) => ms);
  return drawChart(words, {
    height: labels.height + 62,
    marginLeft: labels.marginLeft,
    marginRight: isNarrow(words) ? 16 : 92,
    marginTop: 24,
    marginBottom: 44,
    x: {
      type: "log",
      domain: [Math.min(...values) / 1.3, Math.max(...values) * (isNarrow(words) ? 2.2 : 1.3)],
      label: `Milliseconds: dots ${names(rows)}`,
      labelAnchor: "left",
      labelArrow: "none",
      tickFormat: (value: number) => formatNumber(value, 1),
      ticks: isNarrow(words) ? 3 : 6,
    },
    y: labels.y,
    marks: [
      Plot.gridX({ stroke: COLOR.grid, strokeOpacity: 1, ticks: isNarrow(words) ? 3 : 6 }),
      Plot.ruleY(lines, { x1: "from", x2: "to", y: "row", stroke: COLOR.main, strokeWidth: 2 }),
      Plot.dot(dots, { x: "ms", y: "row", r: 4, fill: COLOR.main }),
      Plot.text(ends, { x: "to", y: "row", text: "text", dx: 9, textAnchor: "start", fill: "currentColor" }),
      labels.mark,
    ],
  });
}

/** A logarithmic axis has no zero, so smaller values are drawn at a microsecond. */
function atLeast(ms: number): number {
  return Math.max(ms, 0.001);
}

function names(rows: readonly LatencyQuantiles[]): string {
  return [...new Set(rows.flatMap(({ quantiles }) => quantiles.map(({ name }) => name)))].join(", ");
}

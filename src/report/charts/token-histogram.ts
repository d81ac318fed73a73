import * as Plot from "@observablehq/plot";

import { formatCount } from "../../base/units.ts";
import { COLOR, type ChartWords, chartWidth, compactTick, drawChart, isNarrow } from "./draw.ts";

/** Rows whose length lies in `fromTokens`..`toTokens`. */
export type TokenBin = { fromTokens: number; toTokens: number; rows: number };

/**
 * Rows by token length, in bins of powers of two; bins above `sequenceTokens` are coloured, because those rows are
 * truncated.
 */
export function tokenHistogram(bins: readonly TokenBin[], options: ChartWords & { sequenceTokens: number }): string {
  const { sequenceTokens, ...words } = options;
  const bars = bins.map((bin) => ({ ...bin, label: binLabel(bin), cut: bin.fromTokens >= sequenceTokens }));
  // avoids broad bars if there are few bins
  const width = isNarrow(words) ? chartWidth(words) : Math.min(chartWidth(words), 130 + 95 * bars.length);
  const isTurned = bars.length * (isNarrow(words) ? 56 : 82) > width - 76;
  return drawChart(words, {
    width,
    height: isTurned ? 250 : 220,
    marginLeft: 52,
    marginBottom: isTurned ? 84 : 44,
    marginTop: 26,
    x: {
      label: "Tokens per row",
      labelArrow: "none",
      domain: bars.map((bar) => bar.label),
      padding: 0.12,
      tickRotate: isTurned ? -40 : 0,
    },
    y: { label: "Rows", labelArrow: "none", tickFormat: compactTick, ticks: 5, nice: true },
    marks: [
      Plot.gridY({ stroke: COLOR.grid, strokeOpacity: 1, ticks: 5 }),
      Plot.barY(bars, { x: "label", y: "rows", fill: (bar: { cut: boolean }) => (bar.cut ? COLOR.warm : COLOR.main) }),
      Plot.text(bars, {
        filter: (bar: TokenBin) => bar.rows > 0,
        x: "label",
        y: "rows",
        text: (bar: TokenBin & { cut: boolean }) => `${formatCount(Math.round(bar.rows))}${bar.cut ? " cut" : ""}`,
        dy: -9,
        fill: "currentColor",
      }),
      Plot.ruleY([0], { stroke: "currentColor" }),
    ],
  });
}

function binLabel({ fromTokens, toTokens }: TokenBin): string {
  return `${formatTokens(fromTokens)}–${formatTokens(toTokens)}`;
}

/** Powers of two are easiest to read as 2k, 4k, 8k, so a "k" is 1,024 here. */
function formatTokens(tokens: number): string {
  return tokens >= 1024 && tokens % 1024 === 0 ? `${tokens / 1024}k` : String(tokens);
}

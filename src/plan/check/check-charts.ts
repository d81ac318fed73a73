import { spread } from "../../base/quantile.ts";
import { formatNumber } from "../../base/units.ts";
import { chartPair } from "../../report/charts/draw.ts";
import { parityPlot } from "../../report/charts/parity-plot.ts";
import { ratioStrips } from "../../report/charts/ratio-strips.ts";
import type { Block } from "../../report/document.ts";
import type { AnsweredRow } from "./check-document.ts";

/** Parity plot of a quantity: measured against estimated values. */
export function parityBlock(rows: readonly AnsweredRow[], { id, words }: { id: string; words: string }): Block {
  const points = rows.map(({ source, measured, p10, p50, p90 }) => ({ group: source, measured, p10, p50, p90 }));
  const inside = rows.filter(({ measured, p10, p90 }) => p10 <= measured && measured <= p90).length;
  const about = {
    id: `parity-${id}`,
    title: `Measured and estimated ${words}`,
    description: `${rows.length} rows, ${inside} of them with the measured value inside p10 to p90.`,
  };
  return {
    kind: "chart",
    ...chartPair(about, (form) => parityPlot(points, { ...form, quantity: words })),
    caption: `Measured against estimated ${words}, with bars from p10 to p90: on the line they agree; the broken lines mark a quarter more and a quarter less. ${inside} of ${rows.length} bars contain the measured value.`,
  };
}

function strip(
  label: string,
  rows: readonly AnsweredRow[],
): { label: string; ratios: number[]; p10: number; p50: number; p90: number } {
  const ratios = rows.map(({ measured, p50 }) => measured / p50);
  return { label: `${label} (${rows.length})`, ratios, ...spread(ratios) };
}

/** Chart of the ratio of measured to estimated values of a quantity, by source. */
export function sourcesBlock(rows: readonly AnsweredRow[], id: string): Block {
  const sources = [...new Set(rows.map(({ source }) => source))];
  const strips = sources
    .map((source) =>
      strip(
        source,
        rows.filter((row) => row.source === source),
      ),
    )
    .toSorted((a, b) => b.ratios.length - a.ratios.length);
  return stripsBlock(strips, { id: `sources-${id}`, what: "source" });
}

function stripsBlock(strips: ReturnType<typeof strip>[], { id, what }: { id: string; what: string }): Block {
  const about = {
    id,
    title: `Measured over estimated by ${what}`,
    description: strips.map(({ label, p50 }) => `${label}: ${formatNumber(p50, 2)}`).join("; "),
  };
  return {
    kind: "chart",
    ...chartPair(about, (form) => ratioStrips(strips, form)),
    caption: `Measured over estimated by ${what}, with the number of rows: right of 1 the estimate was low. Ratios below a quarter or above four are drawn at the ends.`,
  };
}

import { formatCount, formatNumber } from "../../base/units.ts";
import { sentence, usd } from "../../base/words.ts";
import type { Comparison } from "../../domain/comparison.ts";
import { isRefusal, middleOf } from "../../domain/estimate.ts";
import { chartPair } from "../../report/charts/draw.ts";
import { tornado } from "../../report/charts/tornado.ts";
import { volumeBands, type VolumeLine } from "../../report/charts/volume-bands.ts";
import type { Block } from "../../report/document.ts";
import { htmlPage } from "../../report/html.ts";
import { compareDocument } from "./compare-document.ts";
import { shownLabel } from "./compare-tables.ts";
import { DAYS_PER_MONTH } from "./option-figures.ts";

/** Upper limit of the chart as a multiple of the highest per-token price. */
const HEADROOM = 6;

/** A comparison as one self-contained HTML page with its charts: cost by volume, and sensitivity of the saving. */
export function comparePage(comparison: Comparison): string {
  const charts = { volume: chartOver(comparison), tornado: tornadoBlocks(comparison) };
  return htmlPage(compareDocument(comparison, charts));
}

/** Chart of the cost per million output tokens by volume, one line per option. */
function chartOver({ options, traffic }: Comparison): Block[] {
  const lines = options
    .filter(({ byVolume }) => byVolume.length > 0)
    .map(({ byVolume, ...option }): VolumeLine => ({
      label: shownLabel(option),
      points: byVolume.map(({ outputTokensPerDay: volume, p10, p50, p90 }) => ({
        volume,
        p10,
        p50,
        p90: p90 ?? p50, // an unknown end is not drawn
      })),
    }));
  if (lines.length === 0) return [];
  const volume = traffic.outputTokensPerMonth / DAYS_PER_MONTH;
  const flat = options.flatMap(({ capacity, costs: { usdPerMtokOutput } }) =>
    capacity === null && !isRefusal(usdPerMtokOutput) ? [usdPerMtokOutput.p90] : [],
  );
  const atNow = options.flatMap(({ costs: { usdPerMtokOutput: cost } }) =>
    isRefusal(cost) ? (cost.known === undefined ? [] : [cost.known.p50]) : [cost.p90],
  );
  const words = {
    id: "chart-volume",
    title: "Cost of a million output tokens by volume",
    description: `At ${formatCount(volume)} output tokens a day: ${options
      .flatMap(({ costs: { usdPerMtokOutput: cost }, ...option }) => {
        const value = middleOf(cost);
        return value === undefined ? [] : [`${shownLabel(option)} ${usd(value)}`];
      })
      .join("; ")}.`,
  };
  const pair = chartPair(words, (form) =>
    volumeBands(lines, {
      ...form,
      xLabel: form.form === "narrow" ? "Output tokens a day" : "Output tokens a day, the same mix of input and output",
      yLabel:
        form.form === "narrow" ? "USD per million" : "US dollars per million output tokens: line p50, band p10–p90",
      now: { volume, text: `now: ${formatCount(volume)}` },
      top: Math.max(HEADROOM * Math.max(...flat, 0), 1.5 * Math.max(...atNow)),
    }),
  );
  const numbers = lines.map(({ label }, index) => `${index + 1} ${label}`).join(", ");
  return [
    {
      kind: "chart",
      ...pair,
      caption: `Hourly prices fall per token with volume until a replica is full; prices per token do not change. Lines, cheapest first: ${numbers}.`,
    },
  ];
}

function tornadoBlocks({ sensitivity }: Comparison): Block[] {
  if (sensitivity === null || sensitivity.bars.length === 0) return [];
  const { bars, baseUsd, outcome } = sensitivity;
  const words = {
    id: "chart-tornado",
    title: sentence(outcome),
    description: `${formatNumber(baseUsd)} at the medians; ${bars.map(({ label, lowUsd, highUsd }) => `${label}: ${formatNumber(lowUsd)} to ${formatNumber(highUsd)}`).join("; ")}.`,
  };
  return [
    {
      kind: "chart",
      ...chartPair(words, (form) =>
        tornado(bars, { ...form, baseUsd, label: "Net present value, US dollars", isGain: true }),
      ),
      caption: `${sentence(outcome)}: each input moved alone.`,
    },
  ];
}

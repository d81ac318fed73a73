import { formatCount, formatNumber } from "../../base/units.ts";
import { usd } from "../../base/words.ts";
import type { Comparison, ServingOption } from "../../domain/comparison.ts";
import { isRefusal, middleOf } from "../../domain/estimate.ts";
import { chartPair } from "../../report/charts/draw.ts";
import { tornado } from "../../report/charts/tornado.ts";
import { volumeBands, type VolumeLine } from "../../report/charts/volume-bands.ts";
import type { Block } from "../../report/document.ts";
import { htmlPage } from "../../report/html.ts";
import {
  basisLines,
  breakEvenTable,
  capacityLine,
  type CompareTable,
  conditionTable,
  optionTable,
  returnTable,
  sensitivityTable,
  subjectLine,
} from "./compare-text.ts";
import { DAYS_PER_MONTH } from "./option-figures.ts";

/** How far above the dearest price by the token the chart goes: what costs more there is of no interest. */
const HEADROOM = 6;

/** A comparison as one self-contained HTML page: who wins, cost over volume, break-even, what it is worth, what moves it. */
export function comparePage(comparison: Comparison): string {
  const { model, on, options, warnings } = comparison;
  return htmlPage({
    title: `Ways to serve ${model}`,
    subtitle: `${comparison.gpusPerReplica} × ${comparison.gpu} a replica, against APIs`,
    facts: [
      { label: "Prices of", value: on },
      { label: "Capacity", value: comparison.measured === null ? "estimated" : "measured by a load test" },
    ],
    sections: [
      {
        id: "verdict",
        title: "Which costs least",
        blocks: [
          { kind: "paragraph", text: `${capital(comparison.verdict)}.` },
          { kind: "paragraph", text: `${subjectLine(comparison)}.` },
          ...chartOver(comparison),
          tableBlock(optionTable(comparison)),
          tableBlock(conditionTable(comparison)),
          ...unknownBlocks(options),
          ...warnings.map((warning): Block => ({ kind: "paragraph", text: `${capital(warning)}.`, tone: "warning" })),
        ],
      },
      { id: "break-even", title: "Break-even", blocks: [tableBlock(breakEvenTable(comparison))] },
      {
        id: "over-time",
        title: "Over time",
        blocks: [tableBlock(returnTable(comparison)), ...tornadoBlocks(comparison)],
      },
      {
        id: "basis",
        title: "What it rests on",
        blocks: [{ kind: "list", items: [capacityLine(comparison), ...basisLines(comparison)].map(capital) }],
      },
    ],
    footer: "Estimates are ranges: one case in ten lies below p10, one in ten above p90.",
  });
}

/** Cost of a million output tokens over volume, a line for each option. */
function chartOver({ options, traffic }: Comparison): Block[] {
  const lines = options
    .filter(({ byVolume }) => byVolume.length > 0)
    .map(({ label, byVolume }): VolumeLine => ({
      label,
      points: byVolume.map(({ outputTokensPerDay: volume, p10, p50, p90 }) => ({
        volume,
        p10,
        p50,
        p90: p90 ?? p50, // an end that is not known is not drawn
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
      .flatMap(({ label, costs: { usdPerMtokOutput: cost } }) => {
        const value = middleOf(cost);
        return value === undefined ? [] : [`${label} ${usd(value)}`];
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
      caption: `What is paid by the hour falls with volume until a replica is full; what is paid by the token does not move. Lines, cheapest first: ${numbers}.`,
    },
  ];
}

function tornadoBlocks({ sensitivity }: Comparison): Block[] {
  if (sensitivity === null || sensitivity.bars.length === 0) return [];
  const { bars, baseUsd, outcome } = sensitivity;
  const words = {
    id: "chart-tornado",
    title: capital(outcome),
    description: `${formatNumber(baseUsd)} at the medians; ${bars.map(({ label, lowUsd, highUsd }) => `${label}: ${formatNumber(lowUsd)} to ${formatNumber(highUsd)}`).join("; ")}.`,
  };
  return [
    {
      kind: "chart",
      ...chartPair(words, (form) =>
        tornado(bars, { ...form, baseUsd, label: "Net present value, US dollars", isGain: true }),
      ),
      caption: `${capital(outcome)}: each input moved alone.`,
    },
    {
      kind: "details",
      summary: "The same as a table",
      blocks: [tableBlock(sensitivityTable({ sensitivity })!)],
      screenOnly: true,
    },
  ];
}

/** Options without a price, each with what would open it. */
function unknownBlocks(options: readonly ServingOption[]): Block[] {
  const items = options.flatMap(({ label, costs: { usdPerMonth } }) =>
    isRefusal(usdPerMonth) && usdPerMonth.known === undefined
      ? [`${capital(label)}: ${usdPerMonth.refused}. ${capital(usdPerMonth.hint)}`]
      : [],
  );
  return items.length === 0
    ? []
    : [
        { kind: "heading", text: "Not costed" },
        { kind: "list", items },
      ];
}

function tableBlock({ title, columns, rows }: CompareTable): Block {
  return {
    kind: "table",
    caption: capital(title),
    columns: columns.map(({ head, align, wrap }) => ({
      head: capital(head),
      ...(align === undefined ? {} : { align }),
      ...(wrap === undefined ? {} : { width: "wide" as const }),
    })),
    rows: rows.map((cells) => ({ cells })),
  };
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

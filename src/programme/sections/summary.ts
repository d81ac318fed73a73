import { formatCount, formatNumber } from "../../base/units.ts";
import { sentence, span, usd, whole } from "../../base/words.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { Study } from "../../domain/study.ts";
import { paybackCurve } from "../../report/charts/payback-curve.ts";
import type { Block, Section, Text, Tile } from "../../report/document.ts";
import { type Shown, linked } from "./show.ts";

const VERDICTS = {
  go: { tone: "good", title: "Go" },
  "go-if": { tone: "warning", title: "Go, if the conditions below are met" },
  "no-go": { tone: "bad", title: "No go" },
} as const;

/** The verdict with its reasons, five numbers with their ranges, and one chart. */
export function summarySection(study: Study): Section {
  const { tone, title } = VERDICTS[study.verdict];
  const reasons: Block[] = study.reasons.length === 0 ? [] : [{ kind: "list", items: study.reasons }];
  const conditions: Block[] =
    study.conditions.length === 0
      ? []
      : [
          { kind: "paragraph", text: [{ strong: "Conditions" }] },
          { kind: "list", ordered: true, items: study.conditions },
        ];
  return {
    id: "summary",
    title: "Summary",
    blocks: [
      ...(study.description === "" ? [] : [{ kind: "paragraph", text: study.description } as const]),
      { kind: "verdict", tone, title, blocks: [...reasons, ...conditions] },
      { kind: "tiles", tiles: tiles(study) },
      ...chart(study),
    ],
  };
}

function tiles(study: Study): Tile[] {
  const { cost, training, payback } = study;
  return [
    tile(study, "Cost end to end", { id: "total.endToEnd", quantity: cost.endToEnd, format: formatCount, unit: "USD" }),
    tile(study, "Training compute, all runs", {
      id: "total.computeOnly",
      quantity: training.cost,
      format: formatCount,
      unit: "USD",
    }),
    tile(study, "One training run", { id: "run.hoursPerRun", quantity: training.hoursPerRun, unit: "hours" }),
    tile(study, "Paid back in month", {
      id: "payback.monthWithServing",
      quantity: payback.monthWithServing,
      unit: "after launch, serving counted",
    }),
    tile(study, "Return after 12 months", {
      id: "payback.roi12WithServing",
      quantity: payback.roi12WithServing,
      unit: "%, serving counted",
      format: whole,
    }),
  ];
}

function tile(study: Study, label: string, shown: Shown & { id: string; unit: string }): Tile {
  const { quantity, id, unit, format = formatNumber } = shown; // thousands as k: a tile is narrow
  if (quantity === null || isRefusal(quantity)) {
    return {
      label,
      value: [linked(study, id, "unknown")],
      detail: quantity === null ? "" : sentence(quantity.refused),
    };
  }
  const isPoint = quantity.p10 === quantity.p90;
  const detail: Text = isPoint ? unit : `${unit}; p50 ${span({ p10: quantity.p50, p90: quantity.p50 }, format)}`;
  return { label, value: [linked(study, id, span(quantity, format))], detail };
}

function chart({ payback }: Study): Block[] {
  if (payback.curve.length === 0) return [];
  const last = payback.curve.at(-1)!;
  const svg = paybackCurve(payback.curve, {
    id: "chart-payback",
    title: "Cumulative cash after launch",
    description: `From ${usd(payback.curve[0]!.p50)} USD at launch to ${usd(last.p50)} USD after ${last.month} months at the median; p10 ${usd(last.p10)}, p90 ${usd(last.p90)}.`,
  });
  return [
    {
      kind: "chart",
      svg,
      caption: "Cumulative cash after launch: savings less serving, upkeep and the cost to launch.",
    },
  ];
}

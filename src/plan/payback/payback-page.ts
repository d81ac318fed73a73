import { sentence, usd } from "../../base/words.ts";
import type { PaybackPlan } from "../../domain/payback-plan.ts";
import { chartPair } from "../../report/charts/draw.ts";
import { paybackCurve } from "../../report/charts/payback-curve.ts";
import type { Block } from "../../report/document.ts";
import { htmlPage } from "../../report/html.ts";
import { choiceLines } from "../serving/choice-text.ts";
import { capacityLine, outlookLine, paybackVerdict, worthCells, worthRows } from "./payback-plan-text.ts";
import { paybackRows } from "./payback-text.ts";

/** A payback as one self-contained HTML page: the result, monthly cash with its range, the value. */
export function paybackPage(plan: PaybackPlan): string {
  return htmlPage({
    title: `Payback of ${plan.programme}`,
    subtitle: sentence(capacityLine(plan)),
    facts: [{ label: "Prices of", value: plan.on }],
    sections: [
      {
        id: "payback",
        title: "When it pays back",
        blocks: [
          { kind: "paragraph", text: `${paybackVerdict(plan)}.` },
          ...[...(plan.serving === null ? [] : choiceLines(plan.serving)), outlookLine(plan)]
            .filter((line) => line !== undefined)
            .map((line): Block => ({ kind: "paragraph", tone: "note", text: `${sentence(line)}.` })),
          ...curveBlocks(plan),
          {
            kind: "table",
            caption: "The payback",
            columns: [
              { head: "" },
              ...["p10", "p50", "p90"].map((head) => ({ head, align: "right" as const })),
              { head: "" },
            ],
            rows: [
              ...paybackRows(plan.payback).map(({ label, cells, unit }) => ({ cells: [label, ...cells, unit] })),
              ...worthRows(plan).map(([label, quantity], index) => ({
                cells: [label, ...worthCells(quantity), "USD"],
                total: index === 0,
              })),
            ],
          },
        ],
      },
    ],
    footer: "Estimates are ranges: one case in ten is below p10, one in ten above p90.",
  });
}

function curveBlocks({ payback: { curve } }: PaybackPlan): Block[] {
  const last = curve.at(-1);
  if (last === undefined) return [];
  const words = {
    id: "chart-payback",
    title: "Cumulative cash by month after launch",
    description: `${usd(curve[0]!.p50)} USD at launch, ${usd(last.p50)} USD after month ${last.month}, medians.`,
  };
  return [
    {
      kind: "chart",
      ...chartPair(words, (form) => paybackCurve(curve, form)),
      caption: "Saving less serving and maintenance, less the cost to launch; not discounted.",
    },
  ];
}

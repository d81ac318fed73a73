import { textTable, wrapText } from "../../base/text-table.ts";
import { formatNumber, formatRange } from "../../base/units.ts";
import { minus, neverText, percent, usd } from "../../base/words.ts";
import { isRefusal, knownOf, middleOf, type Quantity } from "../../domain/estimate.ts";
import type { PaybackPlan } from "../../domain/payback-plan.ts";
import { endCells, monthsText, rangeText } from "../serve-plan/range-text.ts";
import { choiceLines } from "../serving/choice-text.ts";
import { paybackText } from "./payback-text.ts";

/** The payback in one sentence. */
export function paybackVerdict({ programme, payback, npv24Months, discountPerYear }: PaybackPlan): string {
  const { monthWithServing: month, neverShare } = payback;
  const span = monthsText(month, neverShare);
  const isNever = span === undefined && neverShare !== null;
  const when = isNever
    ? `${programme} does not pay back: ${neverText(neverShare)}, including serving and maintenance`
    : span === undefined
      ? `${programme} has an unknown payback: ${"refused" in month ? month.refused : ""}`
      : `${programme} pays back in month ${formatNumber(middleOf(month)!)} (${span}), including serving and maintenance`;
  const worth =
    middleOf(npv24Months) === undefined
      ? ""
      : `; over 24 months it is worth ${rangeText(npv24Months, usd)} USD of today at ${percent(discountPerYear)} a year`;
  return `${when}${worth}`;
}

/** Source of the capacity of a replica, in one line. */
export function capacityLine({ capacity: { text, outputTokensPerSec: output } }: PaybackPlan): string {
  const speed = isRefusal(output) ? "" : `: ${formatRange(output.p10, output.p90)} output tokens/s`;
  return `serving rests on ${text}${speed}`;
}

/** Text of the assumptions about future months; undefined if there are none. */
export function outlookLine({ growthPerMonth, priceDropPerYear }: PaybackPlan): string | undefined {
  if (growthPerMonth === 0 && priceDropPerYear === 0) return undefined;
  const moves = `traffic ${growthPerMonth < 0 ? "falls" : "grows"} ${percent(Math.abs(growthPerMonth))} a month, API prices fall ${percent(priceDropPerYear)} a year`;
  return `${moves}; amounts per month and the break-even are today's; labour and a stated cost of serving do not change`;
}

/** Rows of the value over time. */
export function worthRows(plan: PaybackPlan): [label: string, quantity: Quantity][] {
  return [
    ["saved less all cost, 12 months", plan.net12Months],
    ["saved less all cost, 24 months", plan.net24Months],
    [`the latter in dollars of today, ${percent(plan.discountPerYear)} a year`, plan.npv24Months],
  ];
}

/** Text of the whole payback. */
export function paybackPlanText(plan: PaybackPlan): string {
  const table = textTable(
    [{ head: "over time, USD" }, ...["low", "median", "high"].map((head) => ({ head, align: "right" as const }))],
    worthRows(plan).map(([label, quantity]) => [label, ...worthCells(quantity)]),
  );
  const outlook = outlookLine(plan);
  return [
    wrapText(`${paybackVerdict(plan)}.`),
    wrapText(capacityLine(plan)),
    ...(plan.serving === null ? [] : choiceLines(plan.serving).map((line) => wrapText(line))),
    ...(outlook === undefined ? [] : [wrapText(outlook)]),
    "",
    paybackText(plan.payback),
    "",
    table,
  ].join("\n");
}

/** The three values of a row. */
export function worthCells(quantity: Quantity): string[] {
  const known = knownOf(quantity);
  return known === undefined ? ["", "unknown", ""] : endCells(known, (value) => minus(usd(value)));
}

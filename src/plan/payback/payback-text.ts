import { textTable, wrapText } from "../../base/text-table.ts";
import { formatCount, formatNumber } from "../../base/units.ts";
import { endsInNever, inDraws } from "../../base/words.ts";
import { isRefusal, knownOf, type Quantity } from "../../domain/estimate.ts";
import { endCells } from "../serve-plan/range-text.ts";
import type { Payback } from "../../domain/study.ts";
import type { TodaysCost } from "../../domain/todays-cost.ts";
import { HORIZON_MONTHS } from "./cash-flow.ts";
import { neverWords } from "./never.ts";
import { todaysDoubts } from "./todays-cost.ts";

/** Rows of a payback: name, unit, three values. */
export function paybackRows(payback: Payback): { label: string; unit: string; cells: string[] }[] {
  return quantitiesOf(payback).map(([label, unit, quantity]) => {
    const known = knownOf(quantity);
    if (known === undefined) return { label, unit: "", cells: ["", unknownWords(quantity), ""] };
    const show = known.unit === "tokens/day" ? formatCount : formatNumber;
    const isCut = quantity === payback.monthWithServing && !isRefusal(quantity) && endsInNever(payback.neverShare);
    const cells = endCells(known, show);
    // The draws count a later month, and never, as the last month of the horizon.
    const isLast = quantity === payback.monthWithoutServing && known.p90 === HORIZON_MONTHS;
    return { label, unit, cells: isCut || isLast ? [...cells.slice(0, 2), isCut ? "never" : "later or never"] : cells };
  });
}

function unknownWords(quantity: Quantity): string {
  return neverWords(quantity) ?? "unknown";
}

function quantitiesOf(payback: Payback): [label: string, unit: string, quantity: Quantity][] {
  return [
    ["cost to launch", "USD", payback.investment],
    ["saved per month", "USD", payback.monthlySaving],
    ["serving per month", "USD", payback.monthlyServing],
    ["people who operate replicas, per month", "USD", payback.monthlyPeople],
    ["maintenance per month", "USD", payback.monthlyMaintenance],
    ["paid back in month, including serving and maintenance", "", payback.monthWithServing],
    ["paid back in month, saving alone", "", payback.monthWithoutServing],
    ["return after 12 months, including serving and maintenance", "%", payback.roi12WithServing],
    ["return after 12 months, saving alone", "%", payback.roi12WithoutServing],
    ["output tokens per day to beat the list price of the API", "", payback.breakEvenTokensPerDay],
  ];
}

/** Text of the payback: each quantity with its range, or why it is refused. */
export function paybackText(payback: Payback): string {
  const table = textTable(
    [
      { head: "payback" },
      { head: "low", align: "right" },
      { head: "median", align: "right" },
      { head: "high", align: "right" },
      { head: "" },
    ],
    paybackRows(payback).map(({ label, unit, cells }) => [label, ...cells, unit]),
  );
  // One reason often refuses several quantities, but is printed once.
  const byReason = new Map<string, string[]>();
  for (const [label, , quantity] of quantitiesOf(payback)) {
    if (!isRefusal(quantity) || quantity.known !== undefined || neverWords(quantity) !== undefined) continue;
    byReason.set(quantity.refused, [...(byReason.get(quantity.refused) ?? []), label]);
  }
  const unknown = [...byReason].map(([reason, labels]) =>
    wrapText(`unknown: ${labels.join("; ")}: ${reason}`, 100, "  "),
  );
  const never =
    payback.neverShare === null || payback.neverShare < 0.005
      ? []
      : [`  it never pays back ${inDraws(payback.neverShare)}`];
  const today = payback.today === undefined ? [] : todayLines(payback.today).map((line) => wrapText(line, 100, "  "));
  return [table, ...never, ...today, ...unknown].join("\n");
}

/** The basis of the saving, and what contradicts it. */
function todayLines(today: TodaysCost): string[] {
  return isRefusal(today.usdPerMonth)
    ? todaysDoubts(today)
    : [`savings are counted from ${today.text}`, ...todaysDoubts(today)];
}

import { type Column, textTable, wrapText } from "../../base/text-table.ts";
import { formatNumber, formatRange } from "../../base/units.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { GpuPrice } from "../../domain/price.ts";
import type { ListedPrice, PriceList } from "../../domain/price-list.ts";

/** Columns that identify the offer of a price, and the price. */
export const OFFER_COLUMNS: readonly Column[] = [
  { head: "term" },
  { head: "class" },
  { head: "seller" },
  { head: "region" },
  { head: "GPUs", align: "right" },
  { head: "USD/GPU-h", align: "right" },
];

const COLUMNS: readonly Column[] = [
  { head: "GPU" },
  ...OFFER_COLUMNS,
  { head: "USD/Mtok", align: "right" },
  { head: "since" },
  { head: "what", wrap: 12 },
];

/** Text of `prices list`. */
export function priceListText(list: PriceList): string {
  const parts =
    list.reason === null
      ? [textTable(COLUMNS, list.prices.map(row)), ...estimatesText(list)]
      : [list.reason, ...(list.later.length > 0 ? ["later:", textTable(COLUMNS, list.later.map(row))] : [])];
  const shown = list.reason === null ? list.prices : list.later;
  return [...parts, ...notes(list, shown)].join("\n\n");
}

/** Text after the tables: the reference run, refusals, and the rows that are not shown. */
function notes(list: PriceList, shown: readonly ListedPrice[]): string[] {
  const { method, loraRank, model, sequenceTokens, stack } = list.referenceRun;
  const refused = new Set(
    shown.flatMap(({ gpu, usdPerMillionTrainedTokens: cost }) => (isRefusal(cost) ? [`${gpu}: ${cost.refused}`] : [])),
  );
  const lines = [
    shown.length === 0
      ? ""
      : `USD/Mtok is per million trained tokens: ${method} rank ${loraRank} on ${model}, ${sequenceTokens} tokens, packed, ${stack} stack, p10–p90.`,
    refused.size === 0 ? "" : `–: no estimate of speed. ${[...refused].join(". ")}.`,
    list.undated === 0
      ? ""
      : `${list.undated} undated ${list.undated === 1 ? "row is" : "rows are"} not in the list: a price without a day is never in force.`,
    list.quarantined === 0
      ? ""
      : `${list.quarantined} rows of the price book are quarantined and never used: tunewright prices check shows them.`,
  ].filter((line) => line !== "");
  return lines.length === 0 ? [] : [lines.map((line) => wrapText(line)).join("\n")];
}

function estimatesText(list: PriceList): string[] {
  if (list.estimates.length === 0) return [];
  const rows = list.estimates.map(({ gpu, term, sellerClass, usdPerGpuHour: price }) => [
    gpu,
    term,
    sellerClass,
    ...(isRefusal(price)
      ? ["–", "–", "–", price.refused]
      : [usd(price.p10), usd(price.p50), usd(price.p90), price.basis.replace(/^.*: /, "").replace(/; each.*$/, "")]),
  ]);
  const columns: Column[] = [
    { head: "GPU" },
    { head: "term" },
    { head: "class" },
    { head: "p10", align: "right" },
    { head: "p50", align: "right" },
    { head: "p90", align: "right" },
    { head: "from", wrap: 48 },
  ];
  return [`what estimates use, USD/GPU-h:\n${textTable(columns, rows)}`];
}

function row(price: ListedPrice): string[] {
  return [
    price.gpu,
    price.term,
    price.sellerClass,
    price.seller,
    price.region ?? "",
    String(price.gpusPerInstance),
    priceText(price),
    perMillionText(price.usdPerMillionTrainedTokens),
    price.validFrom ?? "undated",
    [price.kind === "list" ? "" : price.kind, /form not stated/.test(price.note) ? "form not stated" : ""]
      .filter((part) => part !== "")
      .join(", "),
  ];
}

/** A price or range of prices with two decimals, as catalogues print them. */
export function priceText(price: Pick<GpuPrice, "lowUsd" | "highUsd">): string {
  return formatRange(Number(price.lowUsd), Number(price.highUsd), usd);
}

function perMillionText(cost: Quantity): string {
  return isRefusal(cost) ? "–" : formatRange(cost.p10, cost.p90, (value) => formatNumber(value, 2));
}

function usd(value: number): string {
  return value.toFixed(2);
}

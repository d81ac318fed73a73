import { type Column, textTable } from "../../base/text-table.ts";
import type { GpuPrice } from "../../domain/price.ts";
import { apiPriceHistoryText } from "../../catalog/api-prices-text.ts";
import { quarantineText } from "./price-check-text.ts";
import type { PriceHistory } from "../../domain/price-history.ts";
import { OFFER_COLUMNS, priceText } from "./price-list-text.ts";

const COLUMNS: readonly Column[] = [
  ...OFFER_COLUMNS,
  { head: "since" },
  { head: "source", align: "right" },
  { head: "what", wrap: 30 },
];

/** Text of `prices show`: the rows of each GPU, and below them their sources by number. */
export function priceHistoryText(history: PriceHistory): string {
  if (history.kind === "api") return apiPriceHistoryText(history.model, history.prices, history.note);
  if (history.prices.length === 0 && history.quarantined.length === 0) {
    return `unknown: no price of ${history.gpus.join(", ")} in the price book`;
  }
  const sources = [...new Set(history.prices.map((price) => price.source.ref))];
  const tables = history.gpus.flatMap((gpu) => {
    const rows = history.prices.filter((price) => price.gpu === gpu);
    if (rows.length === 0) return [];
    return `${gpu}\n${textTable(
      COLUMNS,
      rows.map((price) => row(price, sources.indexOf(price.source.ref) + 1)),
    )}`;
  });
  const list = textTable(
    [
      { head: "", align: "right" },
      { head: "sources", wrap: 96 },
    ],
    sources.map((source, index) => [String(index + 1), source]),
  );
  const broken = history.quarantined.length === 0 ? [] : [`never used:\n${quarantineText(history.quarantined)}`];
  return [...tables, list, ...broken].join("\n\n");
}

function row(price: GpuPrice, source: number): string[] {
  const kind = price.kind === "list" ? "" : price.kind;
  return [
    price.term,
    price.sellerClass,
    price.seller,
    price.region ?? "",
    String(price.gpusPerInstance),
    priceText(price),
    price.validFrom ?? "undated",
    String(source),
    [price.instance ?? "", kind, price.note].filter((part) => part !== "").join("; "),
  ];
}

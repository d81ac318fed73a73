import { textTable } from "../base/text-table.ts";
import type { GpuPrice } from "../domain/price.ts";
import { apiPricesText } from "../catalog/api-prices-text.ts";
import { quarantineText } from "./price-check-text.ts";
import type { PriceHistory } from "./price-history.ts";
import { priceText } from "./price-list-text.ts";

/** `prices show` for people: the rows, and below them their sources by number. */
export function priceHistoryText(history: PriceHistory): string {
  if (history.kind === "api") {
    const sources = [...new Set(history.prices.map((price) => price.source.ref))];
    return [apiPricesText(history.prices, ""), ...sources.map((source) => `source: ${source}`)].join("\n");
  }
  if (history.prices.length === 0 && history.quarantined.length === 0) {
    return `unknown: no price of ${history.gpus.join(", ")} in the price book`;
  }
  const sources = [...new Set(history.prices.map((price) => price.source.ref))];
  const table = textTable(
    [
      { head: "GPU" },
      { head: "term" },
      { head: "class" },
      { head: "seller" },
      { head: "region" },
      { head: "instance" },
      { head: "GPUs", align: "right" },
      { head: "USD/GPU-h", align: "right" },
      { head: "since" },
      { head: "source", align: "right" },
      { head: "note" },
    ],
    history.prices.map((price) => row(price, sources.indexOf(price.source.ref) + 1)),
  );
  const list = sources.map((source, index) => `${String(index + 1).padStart(2)}  ${source}`).join("\n");
  const broken = history.quarantined.length === 0 ? [] : [`never used:\n${quarantineText(history.quarantined)}`];
  return [table, `sources:\n${list}`, ...broken].join("\n\n");
}

function row(price: GpuPrice, source: number): string[] {
  const kind = price.kind === "list" ? "" : price.kind;
  return [
    price.gpu,
    price.term,
    price.sellerClass,
    price.seller,
    price.region ?? "",
    price.instance ?? "",
    String(price.gpusPerInstance),
    priceText(price),
    price.validFrom ?? "undated",
    String(source),
    [kind, price.note].filter((part) => part !== "").join("; "),
  ];
}

import { formatMoney, parseMoney } from "../base/money.ts";
import { textTable } from "../base/text-table.ts";
import type { ApiPrice } from "../domain/price.ts";

/** Prices of API models for people, in US dollars per million tokens. */
export function apiPricesText(prices: readonly ApiPrice[], on: string): string {
  if (prices.length === 0) return `unknown: no API price is dated on or before ${on}`;
  const rows = prices.map((price) => [
    price.model,
    cents(price.inputUsdPerMtok),
    price.cachedInputUsdPerMtok === null ? "–" : cents(price.cachedInputUsdPerMtok),
    cents(price.outputUsdPerMtok),
    price.sellerClass,
    price.validFrom ?? `seen ${price.seenOn}`,
  ]);
  const table = textTable(
    [
      { head: "model" },
      { head: "input", align: "right" },
      { head: "cached", align: "right" },
      { head: "output", align: "right" },
      { head: "seller" },
      { head: "since" },
    ],
    rows,
  );
  return `${table}\n\nUSD per million tokens`;
}

/** The exact amount with at least two decimals. */
function cents(usd: string): string {
  return formatMoney(parseMoney(usd));
}

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
    price.openWeights ? "hosted open weights" : "first party",
    price.validFrom,
  ]);
  return textTable(
    [
      { head: "model" },
      { head: "input USD/Mtok", align: "right" },
      { head: "cached input", align: "right" },
      { head: "output USD/Mtok", align: "right" },
      { head: "seller" },
      { head: "since" },
    ],
    rows,
  );
}

/** The exact amount with at least two decimals. */
function cents(usd: string): string {
  return formatMoney(parseMoney(usd));
}

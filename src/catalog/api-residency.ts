import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";
import { formatMoney, parseMoney, timesQuantity } from "../base/money.ts";
import { ApiResidency } from "../domain/api-residency.ts";
import type { ApiPrice, ContextTier } from "../domain/price.ts";
import type { Programme } from "../domain/programme.ts";

/** File name of the published regions in the catalogue. */
const RESIDENCY_FILE = "api-residency.csv";

let rows: readonly ApiResidency[] | undefined;

/**
 * Sellers of tokens that publish an offer to process requests in one region. A seller without a row may have one too.
 *
 * @source the documentation of each seller, which its row names; data/README.md, "api-residency.csv"
 */
export function allApiResidencies(): readonly ApiResidency[] {
  rows ??= parseCsv(
    readFileSync(new URL(`./data/${RESIDENCY_FILE}`, import.meta.url), "utf8"),
    RESIDENCY_FILE,
  ).rows.map(({ fields }) =>
    ApiResidency.parse({
      seller: fields["seller"],
      region: fields["region"],
      models: fields["models"],
      priceFactor: fields["price_factor"] || null,
      terms: fields["terms"],
      readOn: fields["read_on"],
      source: fields["source"],
    }),
  );
  return rows;
}

/** The seller's offer to process requests of a model (`seller/model`) in a region; undefined if none is known. */
export function apiResidency(model: string, region: ApiResidency["region"]): ApiResidency | undefined {
  const slash = model.indexOf("/");
  const [seller, name] = [model.slice(0, slash).toLowerCase(), model.slice(slash + 1)];
  return allApiResidencies().find(
    (row) => row.seller === seller && row.region === region && new RegExp(row.models).test(name),
  );
}

/**
 * Prices for a programme whose data must stay in a region: list prices times what the seller charges more for it. A
 * price of the user's own is taken as it is.
 */
export function regionalPrices(
  prices: readonly ApiPrice[],
  { residency }: Pick<Programme["requirements"], "residency">,
): readonly ApiPrice[] {
  if (residency !== "eu" && residency !== "us") return prices;
  return prices.map((price) => {
    const factor = price.source.kind === "user" ? null : (apiResidency(price.model, residency)?.priceFactor ?? null);
    return factor === null || Number(factor) === 1 ? price : timesFactor(price, factor);
  });
}

function timesFactor(price: ApiPrice, factor: string): ApiPrice {
  const times = <Usd extends string | null>(usd: Usd): Usd =>
    (usd === null ? null : formatMoney(timesQuantity(parseMoney(usd), factor))) as Usd;
  const tokens = <Prices extends Omit<ContextTier, "aboveInputTokens">>(prices: Prices): Prices => ({
    ...prices,
    inputUsdPerMtok: times(prices.inputUsdPerMtok),
    outputUsdPerMtok: times(prices.outputUsdPerMtok),
    cachedInputUsdPerMtok: times(prices.cachedInputUsdPerMtok),
    cacheWriteUsdPerMtok: times(prices.cacheWriteUsdPerMtok),
  });
  return {
    ...tokens(price),
    tiers: price.tiers.map(tokens),
    batchInputUsdPerMtok: times(price.batchInputUsdPerMtok),
    batchOutputUsdPerMtok: times(price.batchOutputUsdPerMtok),
  };
}

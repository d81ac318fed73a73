import { guardApiPrices } from "../../catalog/api-price-guards.ts";
import { allApiPrices } from "../../catalog/api-prices.ts";
import { readApiList } from "../../catalog/importers/api-price-list.ts";
import type { ApiSellerClass } from "../../domain/price.ts";
import type { ApiPriceImport } from "../../domain/price-import.ts";

/**
 * Reads a JSON list of API prices and applies the guards: every model is kept or quarantined.
 *
 * @param models words, one of which a model's name must contain; empty: all models
 * @throws Failure bad_input if the file is not such a list
 */
export function importApiPrices(
  text: string,
  name: string,
  { seenOn, source, models }: { seenOn: string; source: string; models: readonly string[] },
): Omit<ApiPriceImport, "file" | "out" | "saved"> {
  const classes = new Map(allApiPrices().map((price) => [sellerOf(price.model), price.sellerClass]));
  const classOf = (seller: string): ApiSellerClass => classes.get(seller) ?? "reseller";
  const list = readApiList(text, name, { seenOn, source, classOf });
  const isWanted = (model: string): boolean =>
    models.length === 0 || models.some((word) => model.toLowerCase().includes(word.toLowerCase()));
  const rows = list.rows.filter(({ price }) => isWanted(price.model));
  const guarded = guardApiPrices(rows, allApiPrices());
  const quarantined = [...list.quarantined.filter((row) => isWanted(row.text)), ...guarded.quarantined];
  return {
    format: list.format,
    rowsIn: guarded.kept.length + quarantined.length,
    rowsKept: guarded.kept.length,
    rowsQuarantined: quarantined.length,
    prices: guarded.kept.map(({ price }) => price),
    quarantined,
  };
}

function sellerOf(model: string): string {
  return model.slice(0, model.indexOf("/"));
}

import { parseCsv } from "../base/csv.ts";
import { importPrices } from "../catalog/importers/import-prices.ts";
import { readPriceFile } from "../catalog/price-file.ts";
import { guardPrices, PRICE_GUARDS } from "../catalog/price-guards.ts";
import { allPrices, type PriceBook } from "../catalog/prices.ts";
import type { PriceCheck } from "../domain/price-check.ts";
import type { QuarantinedPrice } from "../domain/price.ts";

/** Rows that are no surprise: the file itself says that they are not to be used, or they hold no GPU at all. */
const EXPECTED = new Set(["withheld", "gpu-named"]);

/** Columns that price files of ours have, and no list that can be imported. */
const OWN_COLUMNS = ["seller_class", "low_usd_per_hour", "high_usd_per_hour"];

/** Checks a price book: what is quarantined in it, and how many rows of that were not declared. */
export function checkBook(book: PriceBook, file: string): PriceCheck {
  return result(file, book.prices.length, book.quarantined);
}

/**
 * Checks one file: a price file, or a list in a format that can be imported.
 *
 * @param day  stands in for the day of rows that have none
 * @throws Failure bad_input where the file is no price list
 */
export function checkPriceFile(text: string, name: string, day: string): PriceCheck {
  const { columns } = parseCsv(text, name);
  if (OWN_COLUMNS.some((column) => columns.includes(column))) {
    const file = readPriceFile(text, name);
    const { kept, quarantined } = guardPrices(file.rows, allPrices());
    return result(name, kept.length, [...file.quarantined, ...quarantined]);
  }
  const imported = importPrices(text, name, {
    format: "auto",
    seller: "checked",
    sellerClass: "own-contract",
    asOf: day,
    source: name,
    peers: allPrices(),
  });
  return result(name, imported.prices.length, imported.quarantined);
}

function result(file: string, pricesKept: number, quarantined: readonly QuarantinedPrice[]): PriceCheck {
  return {
    file,
    pricesKept,
    quarantined: [...quarantined],
    unexpected: quarantined.filter((row) => !EXPECTED.has(row.guard)).length,
    rules: PRICE_GUARDS.map(({ id, rule, seen }) => ({ id, rule, seen })),
  };
}

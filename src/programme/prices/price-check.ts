import { parseCsv } from "../../base/csv.ts";
import { API_PRICE_COLUMNS } from "../../catalog/api-price-file.ts";
import { API_PRICE_GUARDS, guardApiPrices } from "../../catalog/api-price-guards.ts";
import { allApiPrices, type ApiPriceBook, apiPriceBook } from "../../catalog/api-prices.ts";
import { importPrices } from "../../catalog/importers/import-prices.ts";
import { readPriceFile } from "../../catalog/price-file.ts";
import { guardPrices, PRICE_GUARDS } from "../../catalog/price-guards.ts";
import { allPrices, type PriceBook } from "../../catalog/prices.ts";
import type { PriceCheck } from "../../domain/price-check.ts";
import type { QuarantinedPrice } from "../../domain/price.ts";
import { readOwnApiPrices } from "./api-price-book.ts";
import { importApiPrices } from "./api-price-import.ts";

/**
 * Rows whose quarantine is expected: the file itself states that they must not be used, or they are not about a GPU.
 */
const EXPECTED = new Set(["withheld", "gpu-named", "text"]);

/** Columns of our price files, which no importable list has. */
const OWN_COLUMNS = ["seller_class", "low_usd_per_hour", "high_usd_per_hour"];

/**
 * Checks the price books of GPUs and of API models: the quarantined rows, and how many of them were not declared. Rows
 * of the catalogue of API models that fail a guard are declared by definition.
 */
export function checkBook(book: PriceBook, api: ApiPriceBook, file: string): PriceCheck {
  const known = new Set(apiPriceBook().quarantined);
  const gpus = result(file, book.prices.length, book.quarantined);
  return {
    ...gpus,
    pricesKept: book.prices.length + api.prices.length,
    quarantined: [...book.quarantined, ...api.quarantined],
    unexpected: gpus.unexpected + api.quarantined.filter((row) => !known.has(row)).length,
    rules: [...gpus.rules, ...API_PRICE_GUARDS],
  };
}

/**
 * Checks one file: a price file, or a list in a format that can be imported.
 *
 * @param day used for rows without a day
 * @throws Failure bad_input if the file is not a price list
 */
export function checkPriceFile(text: string, name: string, day: string): PriceCheck {
  const api = checkApiFile(text, name, day);
  if (api !== undefined) return api;
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

/** The check of a file of API prices: our own CSV or YAML, or a JSON list; undefined if it is neither. */
function checkApiFile(text: string, name: string, day: string): PriceCheck | undefined {
  const isOwn = /\.ya?ml$/i.test(name) || parsesAsOwn(text);
  if (!isOwn && !/^\s*\{/.test(text)) return undefined;
  const rules = [...API_PRICE_GUARDS];
  if (!isOwn) {
    const { prices, quarantined } = importApiPrices(text, name, { seenOn: day, source: name, models: [] });
    return { ...result(name, prices.length, quarantined), rules };
  }
  const file = readOwnApiPrices(text, name);
  const { kept, quarantined } = guardApiPrices(file.rows, allApiPrices());
  return { ...result(name, kept.length, [...file.quarantined, ...quarantined]), rules };
}

/** True for a CSV whose header has a price per million tokens. */
function parsesAsOwn(text: string): boolean {
  const header = text.split("\n").find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  return API_PRICE_COLUMNS.some((column) => column.endsWith("_usd_per_mtok") && header.includes(column));
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

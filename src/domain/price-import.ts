import * as z from "zod";

import { GpuPrice, QuarantinedPrice } from "./price.ts";

/** Price lists that can be read. */
export const ImportFormat = z.enum(["gpuhunt", "skypilot", "contract"]);
export type ImportFormat = z.infer<typeof ImportFormat>;

/** What came of a price list: every row is kept or quarantined, and `rowsKept` + `rowsQuarantined` = `rowsIn`. */
export const ImportedPrices = z.strictObject({
  format: ImportFormat.describe("Format of the list"),
  rowsIn: z.int().describe("Rows of the list"),
  rowsKept: z.int().describe("Rows of which at least one price is kept"),
  rowsQuarantined: z.int().describe("All others"),
  prices: z.array(GpuPrice).describe("Prices that are kept"),
  quarantined: z.array(QuarantinedPrice).describe("What broke a guard, with its reason"),
});
export type ImportedPrices = z.infer<typeof ImportedPrices>;

/** What became of imported prices in a price file. */
export const AddedPrices = z.strictObject({
  path: z.string().describe("The price file"),
  added: z.int().describe("Prices of offers and days that it did not have"),
  replaced: z.int().describe("Prices that took the place of another of the same offer and day"),
  unchanged: z.int().describe("Prices that it had"),
  total: z.int().describe("Prices that it has now"),
});
export type AddedPrices = z.infer<typeof AddedPrices>;

/** A price list, what came of it, and what it changed. */
export const PriceImport = z.strictObject({
  file: z.string().describe("The price list, as named by the user"),
  out: z.string().describe("The price file, as named by the user"),
  ...ImportedPrices.shape,
  saved: AddedPrices.nullable().describe("What was written; null where no price could be used"),
});
export type PriceImport = z.infer<typeof PriceImport>;

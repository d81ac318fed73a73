import * as z from "zod";

import { ApiPrice, GpuPrice, QuarantinedPrice } from "./price.ts";

/** Supported formats of GPU price lists. */
export const ImportFormat = z.enum(["gpuhunt", "skypilot", "contract"]);
export type ImportFormat = z.infer<typeof ImportFormat>;

/** Supported formats of API price lists. */
export const ApiImportFormat = z.enum(["litellm", "openrouter"]);
export type ApiImportFormat = z.infer<typeof ApiImportFormat>;

/**
 * Result of importing a price list: every row is kept or quarantined, and `rowsKept` + `rowsQuarantined` = `rowsIn`.
 */
export const ImportedPrices = z.strictObject({
  format: ImportFormat.describe("Format of the list"),
  rowsIn: z.int().describe("Rows of the list"),
  rowsKept: z.int().describe("Rows with at least one kept price"),
  rowsQuarantined: z.int().describe("All others"),
  prices: z.array(GpuPrice).describe("Kept prices"),
  quarantined: z.array(QuarantinedPrice).describe("Rows that failed a guard, with the reason"),
});
export type ImportedPrices = z.infer<typeof ImportedPrices>;

/** Changes to a price file. */
export const AddedPrices = z.strictObject({
  path: z.string().describe("The price file"),
  added: z.int().describe("Prices of new offers and days"),
  replaced: z.int().describe("Prices that replaced an earlier price of the same offer and day"),
  unchanged: z.int().describe("Prices that already existed"),
  total: z.int().describe("Prices in the file now"),
});
export type AddedPrices = z.infer<typeof AddedPrices>;

/** A GPU price list, its result, and the changes to the price file. */
export const PriceImport = z.strictObject({
  file: z.string().describe("The price list, as named by the user"),
  out: z.string().describe("The price file, as named by the user"),
  ...ImportedPrices.shape,
  saved: AddedPrices.nullable().describe("What was written; null if no price was usable"),
});
export type PriceImport = z.infer<typeof PriceImport>;

/** An API price list, its result, and the changes to the price file. */
export const ApiPriceImport = z.strictObject({
  file: z.string().describe("The price list, as named by the user"),
  out: z.string().describe("The price file, as named by the user"),
  format: ApiImportFormat.describe("Format of the list"),
  rowsIn: z.int().describe("Requested models of the list"),
  rowsKept: z.int().describe("Models with a kept price"),
  rowsQuarantined: z.int().describe("All others"),
  prices: z.array(ApiPrice).describe("Kept prices"),
  quarantined: z.array(QuarantinedPrice).describe("Rows that failed a guard, with the reason"),
  saved: AddedPrices.nullable().describe("What was written; null if no price was usable"),
});
export type ApiPriceImport = z.infer<typeof ApiPriceImport>;

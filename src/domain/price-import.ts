import * as z from "zod";

import { ApiPrice, GpuPrice, QuarantinedPrice } from "./price.ts";

/** Price lists of GPUs that can be read. */
export const ImportFormat = z.enum(["gpuhunt", "skypilot", "contract"]);
export type ImportFormat = z.infer<typeof ImportFormat>;

/** Price lists of API models that can be read. */
export const ApiImportFormat = z.enum(["litellm", "openrouter"]);
export type ApiImportFormat = z.infer<typeof ApiImportFormat>;

/** What came of a price list: every row is kept or quarantined, and `rowsKept` + `rowsQuarantined` = `rowsIn`. */
export const ImportedPrices = z.strictObject({
  format: ImportFormat.describe("Format of the list"),
  rowsIn: z.int().describe("Rows of the list"),
  rowsKept: z.int().describe("Rows of which at least one price is kept"),
  rowsQuarantined: z.int().describe("All others"),
  prices: z.array(GpuPrice).describe("Prices that are kept"),
  quarantined: z.array(QuarantinedPrice).describe("Rows that failed a guard, with the reason"),
});
export type ImportedPrices = z.infer<typeof ImportedPrices>;

/** What became of imported prices in a price file. */
export const AddedPrices = z.strictObject({
  path: z.string().describe("The price file"),
  added: z.int().describe("Prices of offers and days that it did not have"),
  replaced: z.int().describe("Prices that replaced another of the same offer and day"),
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

/** A price list of API models, what came of it, and what it changed. */
export const ApiPriceImport = z.strictObject({
  file: z.string().describe("The price list, as named by the user"),
  out: z.string().describe("The price file, as named by the user"),
  format: ApiImportFormat.describe("Format of the list"),
  rowsIn: z.int().describe("Models of the list that were asked for"),
  rowsKept: z.int().describe("Models whose price is kept"),
  rowsQuarantined: z.int().describe("All others"),
  prices: z.array(ApiPrice).describe("Prices that are kept"),
  quarantined: z.array(QuarantinedPrice).describe("Rows that failed a guard, with the reason"),
  saved: AddedPrices.nullable().describe("What was written; null where no price could be used"),
});
export type ApiPriceImport = z.infer<typeof ApiPriceImport>;

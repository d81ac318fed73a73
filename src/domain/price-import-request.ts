import * as z from "zod";

import { ApiImportFormat, ImportFormat } from "./price-import.ts";
import { SellerClass } from "./price.ts";
import { Day } from "./source.ts";

/** Request of `prices import`. */
export const PriceImportRequest = z.strictObject({
  file: z.string().min(1).describe("CSV of GPUs or JSON of API models"),
  format: z
    .enum(["auto", ...ImportFormat.options, ...ApiImportFormat.options])
    .default("auto")
    .describe("Format of the file"),
  seller: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe("Seller of the GPUs, as in lambda; a list of API models names its sellers"),
  model: z
    .array(z.string().min(1))
    .default([])
    .describe("For a list of API models: only those whose name contains one of these"),
  sellerClass: SellerClass.optional().describe(
    "Class of the seller; known for sellers in the catalogue; own-contract for your contract",
  ),
  asOf: Day.optional().describe("Day on which the list applied, for rows without a day; default: today"),
  out: z.string().min(1).optional().describe("Price file to write to; default: prices.csv or api-prices.csv"),
});
export type PriceImportRequest = z.infer<typeof PriceImportRequest>;

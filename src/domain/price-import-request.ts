import * as z from "zod";

import { ApiImportFormat, ImportFormat } from "./price-import.ts";
import { SellerClass } from "./price.ts";
import { Day } from "./source.ts";

/** What `prices import` is asked. */
export const PriceImportRequest = z.strictObject({
  file: z.string().min(1).describe("CSV of GPUs or JSON of API models to read"),
  format: z
    .enum(["auto", ...ImportFormat.options, ...ApiImportFormat.options])
    .default("auto")
    .describe("Format of the file"),
  seller: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe("Who sells GPUs at these prices, as in lambda; a list of API models names its sellers"),
  model: z
    .array(z.string().min(1))
    .default([])
    .describe("Of a list of API models only those whose name holds one of these"),
  sellerClass: SellerClass.optional().describe(
    "Class of seller; known for sellers of the catalogue, own-contract for a contract",
  ),
  asOf: Day.optional().describe("Day on which the list held, for rows without one; default: today"),
  out: z.string().min(1).optional().describe("Price file to write to; default: prices.csv or api-prices.csv"),
});
export type PriceImportRequest = z.infer<typeof PriceImportRequest>;

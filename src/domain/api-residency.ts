import * as z from "zod";

import { Day } from "./source.ts";

/** A seller's published offer to process requests in one region only. */
export const ApiResidency = z.strictObject({
  seller: z.string().min(1).describe("Seller, as in the prices: the part of a model's name before the slash"),
  region: z.enum(["eu", "us"]),
  models: z
    .string()
    .describe("Regular expression of the models that it is about, without the seller's name; empty for all"),
  priceFactor: z
    .string()
    .nullable()
    .describe("Prices in the region divided by list prices, as a decimal; null if the source names none"),
  terms: z.string().min(1).describe("How it is obtained, and what it costs more"),
  readOn: Day.describe("Day on which the source was read"),
  source: z.string().min(1),
});
export type ApiResidency = z.infer<typeof ApiResidency>;

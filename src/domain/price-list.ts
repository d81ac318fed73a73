import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { ApiPrice, GpuPrice, SellerClass, Term } from "./price.ts";
import { RunSpec } from "./run-spec.ts";
import { Day } from "./source.ts";

/** A price of a GPU with what it costs to train a million tokens at it. */
export const ListedPrice = GpuPrice.extend({
  usdPerMillionTrainedTokens: Quantity.describe("US dollars per million tokens that the reference run trains on"),
});
export type ListedPrice = z.infer<typeof ListedPrice>;

/** What an estimate takes for a GPU, term and class of seller: a range over sellers. */
export const PriceEstimate = z.strictObject({
  gpu: z.string().describe("GPU id"),
  term: Term.describe("How it is bought"),
  sellerClass: SellerClass.describe("Who sells"),
  usdPerGpuHour: Quantity.describe("Price per GPU-hour, US dollars"),
});
export type PriceEstimate = z.infer<typeof PriceEstimate>;

/** Prices of GPUs in force on a day. */
export const PriceList = z.strictObject({
  on: Day.describe("The day"),
  referenceRun: RunSpec.describe("The training that the cost per million tokens is for"),
  prices: z.array(ListedPrice).describe("Prices in force that day"),
  estimates: z
    .array(PriceEstimate)
    .describe("What estimates use of them; empty where it was not asked for one model of GPU"),
  reason: z.string().nullable().describe("Why there is no price in force; null where there is one"),
  later: z.array(ListedPrice).describe("Where none is in force: the first rows that come into force later"),
  undated: z.int().describe("Rows that match and whose source gives no day: it is never in force"),
  quarantined: z.int().describe("Rows of the whole book that failed a guard: never used"),
});
export type PriceList = z.infer<typeof PriceList>;

/** Prices of API models in force on a day. */
export const ApiPriceList = z.strictObject({
  on: Day.describe("The day"),
  prices: z.array(ApiPrice).describe("The price in force for each model"),
  notes: z.array(z.string()).describe("Prices that are old, in words"),
  quarantined: z.int().describe("Rows of the whole book that failed a guard: never used"),
});
export type ApiPriceList = z.infer<typeof ApiPriceList>;

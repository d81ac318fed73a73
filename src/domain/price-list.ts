import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { ApiPrice, GpuPrice, SellerClass, Term } from "./price.ts";
import { RunSpec } from "./run-spec.ts";
import { Day } from "./source.ts";

/** A GPU price with the resulting cost of training a million tokens. */
export const ListedPrice = GpuPrice.extend({
  usdPerMillionTrainedTokens: Quantity.describe("US dollars per million trained tokens of the reference run"),
});
export type ListedPrice = z.infer<typeof ListedPrice>;

/** The price used in estimates for a GPU, term and seller class: a range over sellers. */
export const PriceEstimate = z.strictObject({
  gpu: z.string().describe("GPU id"),
  term: Term.describe("Term"),
  sellerClass: SellerClass.describe("Seller class"),
  usdPerGpuHour: Quantity.describe("Price per GPU-hour, US dollars"),
});
export type PriceEstimate = z.infer<typeof PriceEstimate>;

/** GPU prices in force on a day. */
export const PriceList = z.strictObject({
  on: Day.describe("The day"),
  referenceRun: RunSpec.describe("The reference run of the cost per million tokens"),
  prices: z.array(ListedPrice).describe("Prices in force on that day"),
  estimates: z.array(PriceEstimate).describe("The prices that estimates use; empty unless one GPU model was requested"),
  reason: z.string().nullable().describe("Why there is no price in force; null if there is one"),
  later: z.array(ListedPrice).describe("If none is in force: the first rows that come into force later"),
  undated: z.int().describe("Matching rows whose source gives no day; they are never in force"),
  quarantined: z.int().describe("Quarantined rows of the whole book, which are never used"),
});
export type PriceList = z.infer<typeof PriceList>;

/** API prices in force on a day. */
export const ApiPriceList = z.strictObject({
  on: Day.describe("The day"),
  prices: z.array(ApiPrice).describe("The price in force of each model"),
  notes: z.array(z.string()).describe("Warnings about old prices"),
  quarantined: z.int().describe("Quarantined rows of the whole book, which are never used"),
});
export type ApiPriceList = z.infer<typeof ApiPriceList>;

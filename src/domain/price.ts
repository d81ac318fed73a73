import * as z from "zod";

import { Day, PositiveMoney, Source } from "./source.ts";

/**
 * Term of capacity: GPUs on demand, spot or reserved by contract; an endpoint managed by the seller; or
 * serverless replicas, billed per second of running time.
 */
export const Term = z.enum(["on-demand", "spot", "reserved", "endpoint", "serverless"]);
export type Term = z.infer<typeof Term>;

/** Terms for GPUs that you operate yourself. */
export const RentalTerm = Term.exclude(["endpoint", "serverless"]);
export type RentalTerm = z.infer<typeof RentalTerm>;

/** Seller class: hyperscalers, specialised GPU clouds, peer-to-peer marketplaces, or the user's own contract. */
export const SellerClass = z.enum(["hyperscaler", "neocloud", "marketplace", "own-contract"]);
export type SellerClass = z.infer<typeof SellerClass>;

/** Kind of price: one published rate, a range over sellers, the mean or median of offers, or the lowest offer. */
export const PriceKind = z.enum(["list", "range", "average", "floor"]);
export type PriceKind = z.infer<typeof PriceKind>;

/**
 * Price of one GPU for one hour, in US dollars. A list price has `lowUsd` = `highUsd`; a published range keeps both. It
 * is valid from `validFrom` until `validTo` (exclusive) or until a later row with the same sku replaces it. A row
 * without a day in its source is shown but never valid.
 */
export const GpuPrice = z.strictObject({
  sku: z
    .string()
    .min(1)
    .describe(
      "Seller, class, region, instance, GPU, count and term joined by `/`; a later row with the same value replaces this one",
    ),
  gpu: z.string().min(1).describe("GPU id in the catalogue"),
  seller: z.string().min(1).describe("Seller, such as `aws`; `article` for a published range over sellers"),
  sellerClass: SellerClass,
  instance: z.string().nullable().describe("Instance type; null if sold per GPU"),
  region: z.string().nullable().describe("Region; null if the price applies everywhere or the region is unknown"),
  term: Term,
  lowUsd: PositiveMoney.describe("Low end per GPU-hour"),
  highUsd: PositiveMoney.describe("High end per GPU-hour"),
  gpusPerInstance: z.int().min(1).describe("GPUs of the instance, by which its price was divided"),
  validFrom: Day.nullable().describe("First day on which the price was observed; null if the source gives no day"),
  validTo: Day.nullable().describe("Day from which it was no longer in force; null if still in force"),
  kind: PriceKind.describe(
    "One published rate, a range over sellers, the mean or median of offers, or the lowest offer",
  ),
  source: Source,
  note: z.string().describe("What is doubtful: form factor not stated, dated by month, errors in the source"),
});
export type GpuPrice = z.infer<typeof GpuPrice>;

/** A row that failed a guard. It is stored and shown, but never used. */
export const QuarantinedPrice = z.strictObject({
  line: z.int().nullable().describe("Line in the source file"),
  text: z.string().describe("The row as imported"),
  guard: z.string().describe("Guard that it failed"),
  reason: z.string().describe("What was expected and what was found"),
});
export type QuarantinedPrice = z.infer<typeof QuarantinedPrice>;

/**
 * Seller of tokens: the maker of a closed model, a host of open weights, a cloud that resells a model, or the user's
 * own contract.
 */
export const ApiSellerClass = z.enum(["first-party", "open-weight-host", "reseller", "own-contract"]);
export type ApiSellerClass = z.infer<typeof ApiSellerClass>;

/** Prices per million tokens, US dollars. Null means "not offered" or "not published", never 0. */
const TokenPrices = {
  inputUsdPerMtok: PositiveMoney.describe("Per million input tokens"),
  outputUsdPerMtok: PositiveMoney.describe("Per million output tokens"),
  cachedInputUsdPerMtok: PositiveMoney.nullable().describe("Per million cached input tokens; null if not offered"),
  cacheWriteUsdPerMtok: PositiveMoney.nullable().describe(
    "Per million input tokens written to the cache; null if a write costs the same as input",
  ),
};

/** Prices of requests whose input exceeds a threshold; they apply to the whole request. */
export const ContextTier = z.strictObject({
  aboveInputTokens: z.int().min(1).describe("The tier applies to requests with more input tokens than this"),
  ...TokenPrices,
});
export type ContextTier = z.infer<typeof ContextTier>;

/** Price of an API model in US dollars per million tokens, at the standard speed. */
export const ApiPrice = z.strictObject({
  model: z.string().min(1).describe("Seller and model, such as `openai/gpt-4o`"),
  sellerClass: ApiSellerClass.describe("Class of the seller"),
  ...TokenPrices,
  tiers: z
    .array(ContextTier)
    .describe("Prices of longer requests, by increasing threshold; empty if there is only one price"),
  batchInputUsdPerMtok: PositiveMoney.nullable().describe("Per million input tokens of a batch; null if not offered"),
  batchOutputUsdPerMtok: PositiveMoney.nullable().describe("Per million output tokens of a batch; null if not offered"),
  tunedFrom: z.string().nullable().describe("API model that this model is a fine-tune of; null for a base model"),
  trainingUsdPerMtok: PositiveMoney.nullable().describe(
    "Per million trained tokens of a fine-tune; null for a base model, or if not published",
  ),
  validFrom: Day.nullable().describe("First day in force; null if the source gives none"),
  validTo: Day.nullable().describe("Day from which it is no longer in force; null if still in force"),
  seenOn: Day.describe("Last day on which the source was seen to list it; its age counts from this day"),
  source: Source,
  note: z.string().describe("What is doubtful or omitted"),
});
export type ApiPrice = z.infer<typeof ApiPrice>;

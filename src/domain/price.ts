import * as z from "zod";

import { Day, PositiveMoney, Source } from "./source.ts";

/**
 * How capacity is bought: bare GPUs on demand, spot or reserved by contract; an endpoint that the seller keeps up; or
 * serverless replicas, billed by the second while they run.
 */
export const Term = z.enum(["on-demand", "spot", "reserved", "endpoint", "serverless"]);
export type Term = z.infer<typeof Term>;

/** How GPUs are bought that one runs oneself. */
export const RentalTerm = Term.exclude(["endpoint", "serverless"]);
export type RentalTerm = z.infer<typeof RentalTerm>;

/** Who sells: large clouds, specialised GPU clouds, peer-to-peer markets, or the user's own contract. */
export const SellerClass = z.enum(["hyperscaler", "neocloud", "marketplace", "own-contract"]);
export type SellerClass = z.infer<typeof SellerClass>;

/** What a price is: one published rate, a range over sellers, the mean or median of offers, or the lowest offer. */
export const PriceKind = z.enum(["list", "range", "average", "floor"]);
export type PriceKind = z.infer<typeof PriceKind>;

/**
 * Price of one GPU for one hour, in US dollars. A list price has `lowUsd` = `highUsd`; a published range keeps both.
 * It holds from `validFrom` until `validTo` (exclusive) or until a later row of the same sku replaces it. A row whose
 * source gives no day is shown, but is in force on no day.
 */
export const GpuPrice = z.strictObject({
  sku: z
    .string()
    .min(1)
    .describe("Seller, class, region, instance, GPU, count and term joined by `/`: what a later row replaces"),
  gpu: z.string().min(1).describe("GPU id of the catalogue"),
  seller: z.string().min(1).describe("Seller, as in `aws`; `article` for a published range over sellers"),
  sellerClass: SellerClass,
  instance: z.string().nullable().describe("Instance type; null where sold by the GPU"),
  region: z.string().nullable().describe("Region; null where one price holds everywhere or it is unknown"),
  term: Term,
  lowUsd: PositiveMoney.describe("Low end per GPU-hour"),
  highUsd: PositiveMoney.describe("High end per GPU-hour"),
  gpusPerInstance: z.int().min(1).describe("GPUs of the instance that the price was divided by"),
  validFrom: Day.nullable().describe("First day on which it was seen to hold; null where the source gives no day"),
  validTo: Day.nullable().describe("Day from which it no longer held; null while open"),
  kind: PriceKind.describe("One published rate, a range over sellers, a mean or median of offers, or the lowest offer"),
  source: Source,
  note: z.string().describe("What is doubtful about it: form not stated, dated by month, errors in its source"),
});
export type GpuPrice = z.infer<typeof GpuPrice>;

/** A row that broke a guard: kept and shown, never used. */
export const QuarantinedPrice = z.strictObject({
  line: z.int().nullable().describe("Line of the file it was read from"),
  text: z.string().describe("The row as imported"),
  guard: z.string().describe("Guard that it failed"),
  reason: z.string().describe("What was expected and what came"),
});
export type QuarantinedPrice = z.infer<typeof QuarantinedPrice>;

/**
 * Who sells tokens: the maker of a closed model, a host of open weights, a cloud that resells somebody's model, or the
 * user's own contract.
 */
export const ApiSellerClass = z.enum(["first-party", "open-weight-host", "reseller", "own-contract"]);
export type ApiSellerClass = z.infer<typeof ApiSellerClass>;

/** Prices per million tokens, US dollars. Null is "not offered" or "not published", never 0. */
const TokenPrices = {
  inputUsdPerMtok: PositiveMoney.describe("Per million input tokens"),
  outputUsdPerMtok: PositiveMoney.describe("Per million output tokens"),
  cachedInputUsdPerMtok: PositiveMoney.nullable().describe("Per million cached input tokens; null where not offered"),
  cacheWriteUsdPerMtok: PositiveMoney.nullable().describe(
    "Per million input tokens written to the cache; null where a write costs what input does",
  ),
};

/** Prices of requests whose input is longer than a threshold: they hold for the whole request. */
export const ContextTier = z.strictObject({
  aboveInputTokens: z.int().min(1).describe("The tier holds for requests with more input tokens than this"),
  ...TokenPrices,
});
export type ContextTier = z.infer<typeof ContextTier>;

/** Price of an API model in US dollars per million tokens, at the standard speed. */
export const ApiPrice = z.strictObject({
  model: z.string().min(1).describe("Seller and model, as in `openai/gpt-4o`"),
  sellerClass: ApiSellerClass.describe("Class of the seller"),
  ...TokenPrices,
  tiers: z
    .array(ContextTier)
    .describe("Prices of longer requests, by rising threshold; empty where there is one price"),
  batchInputUsdPerMtok: PositiveMoney.nullable().describe(
    "Per million input tokens of a batch; null where not offered",
  ),
  batchOutputUsdPerMtok: PositiveMoney.nullable().describe(
    "Per million output tokens of a batch; null where not offered",
  ),
  tunedFrom: z.string().nullable().describe("API model that this one is a fine-tune of; null for a base model"),
  trainingUsdPerMtok: PositiveMoney.nullable().describe(
    "Per million trained tokens of a fine-tune; null for a base model, or where not published",
  ),
  validFrom: Day.nullable().describe("First day on which it held; null where its source gives none"),
  validTo: Day.nullable().describe("Day from which it no longer holds; null while open"),
  seenOn: Day.describe("Last day on which its source was seen to hold it: what its age is counted from"),
  source: Source,
  note: z.string().describe("What is doubtful about it or left out of it"),
});
export type ApiPrice = z.infer<typeof ApiPrice>;

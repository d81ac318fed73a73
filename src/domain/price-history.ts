import * as z from "zod";

import { ApiPrice, GpuPrice, QuarantinedPrice } from "./price.ts";

/** Every known price of some GPUs, oldest first, undated last. */
export const GpuPriceHistory = z.strictObject({
  kind: z.literal("gpu").describe("Prices of GPUs"),
  gpus: z.array(z.string()).describe("Ids of the GPUs that the name means"),
  prices: z.array(GpuPrice).describe("Every price"),
  quarantined: z.array(QuarantinedPrice).describe("Rows of theirs that failed a guard"),
});
export type GpuPriceHistory = z.infer<typeof GpuPriceHistory>;

/** Every known price of one API model, oldest first. */
export const ApiPriceHistory = z.strictObject({
  kind: z.literal("api").describe("Prices of an API model"),
  model: z.string().describe("The model that the name means"),
  prices: z.array(ApiPrice).describe("Every price"),
  note: z.string().nullable().describe("What is weak about the price of today: old, ended; null where nothing is"),
});
export type ApiPriceHistory = z.infer<typeof ApiPriceHistory>;

/** Every known price of some GPUs or of one API model. */
export const PriceHistory = z.discriminatedUnion("kind", [GpuPriceHistory, ApiPriceHistory]);
export type PriceHistory = z.infer<typeof PriceHistory>;

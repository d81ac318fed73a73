import * as z from "zod";

import { ApiPrice, GpuPrice, QuarantinedPrice } from "./price.ts";

/** All known prices of some GPUs, oldest first, undated last. */
export const GpuPriceHistory = z.strictObject({
  kind: z.literal("gpu").describe("Price history of GPUs"),
  gpus: z.array(z.string()).describe("Ids of the GPUs that match the name"),
  prices: z.array(GpuPrice).describe("All prices"),
  quarantined: z.array(QuarantinedPrice).describe("Quarantined rows of these GPUs"),
});
export type GpuPriceHistory = z.infer<typeof GpuPriceHistory>;

/** All known prices of one API model, oldest first. */
export const ApiPriceHistory = z.strictObject({
  kind: z.literal("api").describe("Price history of an API model"),
  model: z.string().describe("The model that matches the name"),
  prices: z.array(ApiPrice).describe("All prices"),
  note: z.string().nullable().describe("Why the current price is weak: old or ended; null if it is not"),
});
export type ApiPriceHistory = z.infer<typeof ApiPriceHistory>;

/** Every known price of some GPUs or of one API model. */
export const PriceHistory = z.discriminatedUnion("kind", [GpuPriceHistory, ApiPriceHistory]);
export type PriceHistory = z.infer<typeof PriceHistory>;

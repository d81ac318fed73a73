import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { Money } from "./source.ts";

/** Serving hardware: GPUs per replica, replicas for the peak, and their cost. */
export const ServingFleet = z.strictObject({
  gpu: z.string().describe("GPU id"),
  gpusPerReplica: z.int().describe("GPUs of one replica"),
  replicas: z.int().nullable().describe("Replicas for the peak, including spare ones; null if unknown"),
  outputTokensPerSec: Quantity.describe("Output tokens per second of one replica within the SLO"),
  usdPerGpuHour: Quantity.describe("Price of one GPU-hour, US dollars"),
  priceNote: z
    .string()
    .nullable()
    .default(null)
    .describe("Weakness of the price: only a published range, with its age; null if there is none"),
  gpuUsdPerMonth: Quantity.describe("US dollars per month for GPUs around the clock, without people and maintenance"),
});
export type ServingFleet = z.infer<typeof ServingFleet>;

/** Sources of request lengths; the first known one is used. */
export const LengthBasis = z.enum(["traffic", "stated", "rows", "default"]);
export type LengthBasis = z.infer<typeof LengthBasis>;

/** Serving hardware of a programme, and the rule by which it was chosen. */
export const ServingChoice = z.strictObject({
  isStated: z.boolean().describe("True if the programme states the GPU and the number per replica"),
  chosen: ServingFleet.describe("As stated, or the cheapest that meets the SLO"),
  statedUsdPerMonth: Money.nullable().describe(
    "Monthly cost that the programme states, which counts instead of that of the GPUs; null if none",
  ),
  runnerUp: ServingFleet.nullable().describe("The next cheapest that meets the SLO; null if there is none"),
  requests: z
    .strictObject({
      inputTokens: z.number().describe("Mean input tokens of a request"),
      outputTokens: z.number().describe("Mean output tokens of a request"),
      basis: LengthBasis.describe(
        "Source: the month of traffic, the programme, its training rows, or by default the stated mean of a row or published lengths for the task",
      ),
      text: z.string().describe("Description of the source"),
    })
    .describe("The requests that it is sized for"),
});
export type ServingChoice = z.infer<typeof ServingChoice>;

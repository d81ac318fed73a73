import * as z from "zod";

import { Quantity } from "./estimate.ts";

/** What serves: GPUs of a replica, replicas for the peak, and what their GPUs cost. */
export const ServingFleet = z.strictObject({
  gpu: z.string().describe("GPU id"),
  gpusPerReplica: z.int().describe("GPUs of one replica"),
  replicas: z.int().nullable().describe("Replicas for the peak, spare ones with them; null where that is not known"),
  outputTokensPerSec: Quantity.describe("Output tokens per second of one replica within the SLO"),
  usdPerGpuHour: Quantity.describe("Price of one GPU-hour, US dollars"),
  gpuUsdPerMonth: Quantity.describe("GPUs of a month around the clock, US dollars; people and maintenance are apart"),
});
export type ServingFleet = z.infer<typeof ServingFleet>;

/** From what the lengths of requests follow, the first that is known. */
export const LengthBasis = z.enum(["traffic", "stated", "rows", "default"]);
export type LengthBasis = z.infer<typeof LengthBasis>;

/** What would serve a programme, and how that was found. */
export const ServingChoice = z.strictObject({
  isStated: z.boolean().describe("The programme states the GPU and how many a replica has"),
  chosen: ServingFleet.describe("As stated, or the cheapest that was found to keep the SLO"),
  runnerUp: ServingFleet.nullable().describe("The next cheapest that keeps it; null where there is none"),
  requests: z
    .strictObject({
      inputTokens: z.number().describe("Mean input tokens of a request"),
      outputTokens: z.number().describe("Mean output tokens of a request"),
      basis: LengthBasis.describe(
        "The month of traffic, what the programme states, its training rows, or a published default for its task",
      ),
      text: z.string().describe("The same in words"),
    })
    .describe("The requests that it is sized for"),
});
export type ServingChoice = z.infer<typeof ServingChoice>;

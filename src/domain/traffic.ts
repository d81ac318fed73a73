import * as z from "zod";

import { Estimate } from "./estimate.ts";
import { LIMITS } from "./limits.ts";
import { Day, Source } from "./source.ts";

/** Requests whose length lies in one bin of a histogram, and the tokens that they hold together. */
export const LengthBin = z.strictObject({
  fromTokens: z.number().min(0).describe("Shortest length of the bin"),
  toTokens: z.number().positive().describe("Length from which the next bin begins"),
  requests: z.number().min(0).describe("Requests in it"),
  tokens: z.number().min(0).describe("Their tokens together"),
});
export type LengthBin = z.infer<typeof LengthBin>;

/** How long one side of a request is: what a server's queue and a price tier depend on in addition to the mean. */
export const TokenLengths = z.strictObject({
  mean: z.number().positive().describe("Mean tokens of a request"),
  cv: z
    .number()
    .min(0)
    .max(1000)
    .nullable()
    .describe(
      "Coefficient of variation: standard deviation over mean; 0 for one length, null where only the mean is known",
    ),
  histogram: z
    .array(LengthBin)
    .max(200)
    .default([])
    .describe("Lengths by powers of the square root of two; empty where only the mean is known"),
});
export type TokenLengths = z.infer<typeof TokenLengths>;

/** Parts of a month of traffic by the model that answered. */
export const ModelTraffic = z.strictObject({
  model: z.string().min(1).describe("Model, as the export names it"),
  inputTokens: z.number().min(0).describe("Input tokens per month"),
  outputTokens: z.number().min(0).describe("Output tokens per month"),
  requests: z.number().min(0).nullable().describe("Requests per month; null where the export counts none"),
});
export type ModelTraffic = z.infer<typeof ModelTraffic>;

/** Length of the buckets of time that a peak was read from. */
export const PeakBucket = z.enum(["minute", "hour", "day"]);
export type PeakBucket = z.infer<typeof PeakBucket>;

/**
 * An average month (730.5 hours) of what a served model takes in and gives out. The same for every option that is
 * compared on it. `tunewright plan traffic` writes one from an export; a hand-written one needs the first two only.
 */
export const Traffic = z
  .strictObject({
    inputTokensPerMonth: z.number().min(0).max(LIMITS.tokens).describe("Input tokens per month, cached ones included"),
    outputTokensPerMonth: z.number().min(0).max(LIMITS.tokens).describe("Output tokens per month, reasoning included"),
    requestsPerMonth: z.number().min(0).max(LIMITS.tokens).optional().describe("Requests per month"),
    cachedInputShare: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe("Share of the input tokens that a prompt cache answers"),
    cacheWriteShare: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe("Share of the input tokens that are written to a prompt cache at a price of its own"),
    batchShare: z.number().min(0).max(1).default(0).describe("Share of the tokens that can wait for a batch API"),
    peakOverMean: z.number().min(1).max(10_000).default(3).describe("Load of the busiest bucket over mean load"),
    peakBucket: PeakBucket.optional().describe(
      "Bucket of time that the peak was read from; absent where it was stated",
    ),
    growthPerMonth: z.number().gt(-1).max(10).default(0).describe("Growth per month: 0.05 is 5 % more each month"),
    inputLengths: TokenLengths.optional().describe("Input tokens of a request"),
    outputLengths: TokenLengths.optional().describe("Output tokens of a request"),
    ownTokensPerToken: Estimate.optional().describe(
      "Tokens of the served model's tokenizer per token counted here; absent where it counts with the same",
    ),
    byModel: z.array(ModelTraffic).max(10_000).default([]).describe("The month by model, largest first"),
    from: Day.optional().describe("First day that was read, UTC"),
    to: Day.optional().describe("Last day that was read, UTC"),
    source: Source.describe("Where it comes from"),
    notes: z.array(z.string()).default([]).describe("What was assumed, scaled or left out"),
  })
  .refine(({ cachedInputShare, cacheWriteShare }) => cachedInputShare + cacheWriteShare <= 1 + 1e-9, {
    message: "cachedInputShare and cacheWriteShare are parts of the same input: together at most 1",
    path: ["cacheWriteShare"],
  })
  .describe("A month of traffic");
export type Traffic = z.infer<typeof Traffic>;
/** A month of traffic as written, before defaults. */
export type TrafficInput = z.input<typeof Traffic>;

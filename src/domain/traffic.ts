import * as z from "zod";

import { Estimate } from "./estimate.ts";
import { LIMITS } from "./limits.ts";
import { Day, Source } from "./source.ts";

/** Requests in one bin of a length histogram, and their tokens. */
export const LengthBin = z.strictObject({
  fromTokens: z.number().min(0).describe("Shortest length of the bin"),
  toTokens: z.number().positive().describe("Length at which the next bin starts"),
  requests: z.number().min(0).describe("Number of requests"),
  tokens: z.number().min(0).describe("Their total tokens"),
});
export type LengthBin = z.infer<typeof LengthBin>;

/**
 * Lengths of one side of a request. Besides the mean, the queue of a server and price tiers depend on their
 * distribution.
 */
export const TokenLengths = z.strictObject({
  mean: z.number().positive().describe("Mean tokens of a request"),
  cv: z
    .number()
    .min(0)
    .max(1000)
    .nullable()
    .describe(
      "Coefficient of variation: standard deviation divided by mean; 0 for one length, null if only the mean is known",
    ),
  histogram: z
    .array(LengthBin)
    .max(200)
    .default([])
    .describe("Lengths by powers of the square root of two; empty if only the mean is known"),
});
export type TokenLengths = z.infer<typeof TokenLengths>;

/** Part of a month of traffic, by the model that answered. */
export const ModelTraffic = z.strictObject({
  model: z.string().min(1).describe("Name of the model in the export"),
  inputTokens: z.number().min(0).describe("Input tokens per month"),
  outputTokens: z.number().min(0).describe("Output tokens per month"),
  requests: z.number().min(0).nullable().describe("Requests per month; null if the export does not count them"),
});
export type ModelTraffic = z.infer<typeof ModelTraffic>;

/** Length of the time buckets from which a peak was computed. */
export const PeakBucket = z.enum(["minute", "hour", "day"]);
export type PeakBucket = z.infer<typeof PeakBucket>;

/**
 * Input and output of a served model in an average month (730.5 hours), the same for all options in a comparison.
 * `tunewright plan traffic` creates one from an export; a file written by hand needs only the first two fields.
 */
export const Traffic = z
  .strictObject({
    inputTokensPerMonth: z.number().min(0).max(LIMITS.tokens).describe("Input tokens per month, including cached ones"),
    outputTokensPerMonth: z.number().min(0).max(LIMITS.tokens).describe("Output tokens per month, including reasoning"),
    requestsPerMonth: z.number().min(0).max(LIMITS.tokens).optional().describe("Requests per month"),
    cachedInputShare: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe("Share of the input tokens that are read from a prompt cache"),
    cacheWriteShare: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe("Share of the input tokens that are written to a prompt cache at a separate price"),
    batchShare: z.number().min(0).max(1).default(0).describe("Share of the tokens that can wait for a batch API"),
    peakOverMean: z.number().min(1).max(10_000).default(3).describe("Load of the busiest bucket divided by mean load"),
    peakBucket: PeakBucket.optional().describe(
      "Time bucket that the peak was computed from; absent if the peak was stated",
    ),
    growthPerMonth: z.number().gt(-1).max(10).default(0).describe("Growth per month: 0.05 is 5 % each month"),
    inputLengths: TokenLengths.optional().describe("Input tokens of a request"),
    outputLengths: TokenLengths.optional().describe("Output tokens of a request"),
    ownTokensPerToken: Estimate.optional().describe(
      "Tokens of the served model's tokenizer per token counted here; absent if they are the same",
    ),
    byModel: z.array(ModelTraffic).max(10_000).default([]).describe("The month by model, largest first"),
    from: Day.optional().describe("First day read, UTC"),
    to: Day.optional().describe("Last day read, UTC"),
    source: Source.describe("Source"),
    notes: z.array(z.string()).default([]).describe("What was assumed, scaled or omitted"),
  })
  .refine(({ cachedInputShare, cacheWriteShare }) => cachedInputShare + cacheWriteShare <= 1 + 1e-9, {
    message: "cachedInputShare and cacheWriteShare are parts of the same input: together at most 1",
    path: ["cacheWriteShare"],
  })
  .describe("A month of traffic");
export type Traffic = z.infer<typeof Traffic>;
/** A month of traffic as written, before defaults. */
export type TrafficInput = z.input<typeof Traffic>;

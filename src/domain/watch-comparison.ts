import * as z from "zod";

import { RequestSignal } from "./watch-file.ts";

/** A 95 % confidence interval. */
export const Interval95 = z.strictObject({
  low: z.number().describe("Low end"),
  high: z.number().describe("High end"),
});

/** One signal in two samples. */
export const ComparedSignal = z.strictObject({
  signal: RequestSignal,
  unit: z.string().describe("Unit of the values: share, characters, seconds, USD, distance"),
  before: z.number().describe("Value in the first sample: a share, a geometric mean, or 0 for the distance"),
  after: z.number().describe("Value in the second sample"),
  rows: z.strictObject({ before: z.int().describe("Rows (n)"), after: z.int().describe("Rows (n)") }),
  change: z.number().describe("Difference for shares and distances; ratio minus 1 for lengths, latency and cost"),
  interval: Interval95.nullable().describe("95 % interval of the change; null for the distance"),
  test: z.string().describe("Test of the p-value"),
  p: z.number().describe("Unadjusted p-value"),
  adjustedP: z.number().describe("p-value after Holm's correction over all signals"),
  stability: z
    .number()
    .nullable()
    .describe(
      "Population stability index over deciles of the first sample, with 0.0001 for empty cells; null for shares",
    ),
  wasserstein: z
    .number()
    .nullable()
    .describe("Wasserstein-1 distance of the two samples, in the unit of the signal; null for shares and prompts"),
  separation: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe(
      "Prompts only: area under the ROC curve with which a linear classifier that was trained on half of the rows tells the samples of the other half apart (C2ST); 0.5: not at all",
    ),
  isChanged: z.boolean().describe("The adjusted p is at most the level"),
});
export type ComparedSignal = z.infer<typeof ComparedSignal>;

/** Result of `watch compare`. */
export const WatchComparison = z.strictObject({
  before: z.string().describe("First file"),
  after: z.string().describe("Second file"),
  level: z.number().describe("Probability of a false finding in any signal"),
  signals: z.array(ComparedSignal).describe("Signals of both samples"),
  skipped: z
    .array(z.strictObject({ signal: RequestSignal, reason: z.string().describe("Reason") }))
    .describe("Signals that were not compared"),
});
export type WatchComparison = z.infer<typeof WatchComparison>;

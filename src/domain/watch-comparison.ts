import * as z from "zod";

import { WatchSignal } from "./watch-file.ts";

/** A range that the truth lies in with 95 % confidence. */
export const Interval95 = z.strictObject({
  low: z.number().describe("Low end"),
  high: z.number().describe("High end"),
});

/** One signal of two samples. */
export const ComparedSignal = z.strictObject({
  signal: WatchSignal,
  unit: z.string().describe("Unit of the values: share, characters, seconds, USD, distance"),
  before: z.number().describe("Value in the first sample: a share, a geometric mean, 0 for the distance"),
  after: z.number().describe("Value in the second sample"),
  rows: z.strictObject({ before: z.int().describe("Rows (n)"), after: z.int().describe("Rows (n)") }),
  change: z.number().describe("Difference of shares or distances; ratio less 1 for lengths, latency and cost"),
  interval: Interval95.nullable().describe("95 % interval of the change; null for the distance"),
  test: z.string().describe("Test that gives p"),
  p: z.number().describe("p-value by itself"),
  adjustedP: z.number().describe("p-value after Holm's correction for all signals"),
  stability: z
    .number()
    .nullable()
    .describe("Population stability index over tenths of the first sample, empty cells as 0.0001; null for shares"),
  isChanged: z.boolean().describe("The adjusted p is at most the level"),
});
export type ComparedSignal = z.infer<typeof ComparedSignal>;

/** What `watch compare` answers. */
export const WatchComparison = z.strictObject({
  before: z.string().describe("First file"),
  after: z.string().describe("Second file"),
  level: z.number().describe("Probability of a false finding in any signal"),
  signals: z.array(ComparedSignal).describe("Signals that both samples have"),
  skipped: z
    .array(z.strictObject({ signal: WatchSignal, reason: z.string().describe("Why") }))
    .describe("Signals that were not compared"),
});
export type WatchComparison = z.infer<typeof WatchComparison>;

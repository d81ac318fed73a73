import * as z from "zod";

import { Day } from "./source.ts";

/** What is watched of every request. */
export const WatchSignal = z
  .enum(["prompt-length", "answer-length", "refusal", "format", "language", "input", "latency", "cost", "feedback"])
  .describe(
    "prompt-length, answer-length: characters. refusal: share of answers that refuse. format: share of answers in the expected format. language: share of prompts in the language that most of the reference is in. input: distance of the prompts from those of the reference. latency: seconds. cost: USD a request. feedback: share of rated answers that were rated badly",
  );
export type WatchSignal = z.infer<typeof WatchSignal>;

/** The format that answers are expected to have. */
export const AnswerFormat = z
  .union([z.literal("json"), z.strictObject({ pattern: z.string().min(1).max(500) })])
  .describe("json: the answer is JSON. pattern: a regular expression of JavaScript that the answer matches");
export type AnswerFormat = z.infer<typeof AnswerFormat>;

/** What a request is sliced by. */
export const WatchSlice = z.enum(["language", "model", "slice"]);
export type WatchSlice = z.infer<typeof WatchSlice>;

/** A monitor as its file in the programme folder says it: `watch/NAME.yaml`. */
export const WatchFile = z
  .strictObject({
    version: z.literal(1),
    reference: z
      .strictObject({ from: Day, to: Day })
      .describe("Days of the reference, UTC, first and last: 8 batches or more"),
    batch: z
      .enum(["week", "day"])
      .default("week")
      .describe("Rows that count as one batch, from Monday where it is a week"),
    model: z.string().min(1).optional().describe("Only requests to this model; default: all"),
    signals: z.array(WatchSignal).min(1).optional().describe("What is watched; default: everything that rows have"),
    format: AnswerFormat.optional(),
    slices: z
      .array(WatchSlice)
      .default([])
      .describe("Watched in each value of these too, where it has 5 % of the rows"),
    falseAlarms: z
      .number()
      .min(0.001)
      .max(0.5)
      .default(0.05)
      .describe("Share of years with a false alarm in any signal or slice"),
    sample: z
      .int()
      .min(50)
      .max(20_000)
      .default(2_000)
      .describe("Rows of a batch that distances between texts are taken of; rates take all rows"),
    webhook: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("Address that a new alarm is posted to, as JSON"),
    retentionDays: z.int().min(1).max(3_660).default(90).describe("Days that texts of requests are kept"),
  })
  .refine(({ reference: { from, to } }) => from <= to, {
    path: ["reference", "to"],
    message: "is before its first day",
  });
export type WatchFile = z.infer<typeof WatchFile>;

import * as z from "zod";

import { JudgeEndpoint } from "./judge.ts";
import { Day } from "./source.ts";

/** Signals of a request. */
export const WatchSignal = z
  .enum([
    "prompt-length",
    "answer-length",
    "refusal",
    "format",
    "language",
    "input",
    "latency",
    "cost",
    "volume",
    "feedback",
    "ungrounded",
    "similarity",
  ])
  .describe(
    "prompt-length, answer-length: characters. refusal: share of declined answers. format: share of answers in the expected format. language: share of prompts in the main language of the reference. input: distance of the prompts from those of the reference. latency: seconds. cost: USD per request. volume: requests per day; only if it is named. feedback: share of rated answers that were rated badly. ungrounded: share of answers with a claim that the prompt does not support, by a judge corrected by labels of people. similarity: cosine of an answer and its reference answer",
  );
export type WatchSignal = z.infer<typeof WatchSignal>;

/** Signals that a single request has. */
export const RequestSignal = WatchSignal.exclude(["volume"]);
export type RequestSignal = z.infer<typeof RequestSignal>;

/** The expected format of answers. */
export const AnswerFormat = z
  .union([z.literal("json"), z.strictObject({ pattern: z.string().min(1).max(500) })])
  .describe("json: the answer is JSON. pattern: a JavaScript regular expression that the answer matches");
export type AnswerFormat = z.infer<typeof AnswerFormat>;

/** Human labels for a random sample of the requests. */
export const WatchLabels = z.strictObject({
  file: z.string().min(1).describe("Dataset file in the programme folder: the id of a request and its label"),
  field: z.string().min(1).default("label").describe("Field with the label"),
  positive: z
    .array(z.string().min(1))
    .min(1)
    .describe("Labels that count: the answer refuses, or makes a claim that the prompt does not support"),
});
export type WatchLabels = z.infer<typeof WatchLabels>;

/** Signals that are corrected by human labels. */
export const CorrectedSignal = z.enum(["refusal", "ungrounded"]);
export type CorrectedSignal = z.infer<typeof CorrectedSignal>;

/** Fields by which requests can be sliced. */
export const WatchSlice = z.enum(["language", "model", "slice"]);
export type WatchSlice = z.infer<typeof WatchSlice>;

/** A monitor as defined in its file in the programme folder: `watch/NAME.yaml`. */
export const WatchFile = z
  .strictObject({
    version: z.literal(1),
    reference: z
      .strictObject({ from: Day, to: Day })
      .describe("Days of the reference, UTC, first and last; at least 8 batches"),
    batch: z.enum(["week", "day"]).default("week").describe("Period of one batch; a week starts on Monday"),
    model: z.string().min(1).optional().describe("Only requests to this model; default: all"),
    signals: z.array(WatchSignal).min(1).optional().describe("Signals; default: all that the rows support"),
    format: AnswerFormat.optional(),
    judge: JudgeEndpoint.optional().describe(
      "Model that decides for a sample of answers whether the prompt supports them: tunewright watch judge NAME",
    ),
    labels: z
      .strictObject({ refusal: WatchLabels.optional(), ungrounded: WatchLabels.optional() })
      .optional()
      .describe("Labels of people that correct the recogniser of refusals, or the judge"),
    slices: z.array(WatchSlice).default([]).describe("Also monitor each value of these, if it has 5 % of the rows"),
    falseAlarms: z
      .number()
      .min(0.001)
      .max(0.5)
      .default(0.05)
      .describe("Target share of years with a false alarm in any signal or slice"),
    sample: z
      .int()
      .min(50)
      .max(20_000)
      .default(2_000)
      .describe(
        "Rows of a batch whose text distances are computed and that the judge is asked about; rates use all rows, and the distance needs 80",
      ),
    webhook: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("Address to which a new alarm is posted as JSON"),
    retentionDays: z.int().min(1).max(3_660).default(90).describe("Days for which texts of requests are kept"),
  })
  .refine(({ reference: { from, to } }) => from <= to, {
    path: ["reference", "to"],
    message: "is before its first day",
  });
export type WatchFile = z.infer<typeof WatchFile>;

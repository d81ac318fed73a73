import * as z from "zod";

import { Estimate } from "./estimate.ts";
import { Day } from "./source.ts";

/** Reason why a request is a hard case. */
export const HardReason = z
  .enum(["negative-feedback", "refusal", "wrong-format", "far-from-reference", "unsupported", "disagreement", "random"])
  .describe(
    "negative-feedback: rated badly. refusal: a declined answer. wrong-format: the answer does not have the expected format. far-from-reference: the prompt is unlike those of the reference, or of the training data. unsupported: a judge found a claim that the prompt does not support. disagreement: the same prompt got answers with mostly other words. random: drawn at random, for rates that labels of people correct",
  );
export type HardReason = z.infer<typeof HardReason>;

/** A row of the queue, as written to the labelling file. */
export const QueuedCase = z.strictObject({
  id: z.string().describe("Id of the request"),
  messages: z
    .array(z.strictObject({ role: z.enum(["user", "assistant"]), content: z.string() }))
    .describe("Prompt and answer, after redaction"),
  reasons: z.array(HardReason).min(1).describe("Reasons"),
  day: Day,
  model: z.string().nullable().describe("Model that answered"),
  slice: z.string().nullable().describe("Slice"),
  source: z.string().describe("Origin: watch:NAME"),
});
export type QueuedCase = z.infer<typeof QueuedCase>;

/** Result of `watch queue`. */
export const WatchQueue = z.strictObject({
  watch: z.string().describe("Monitor"),
  out: z.string().describe("Dataset file"),
  sha256: z.string().describe("SHA-256 of the file"),
  days: z.strictObject({ from: Day, to: Day }).describe("Days of the examined requests"),
  requests: z.int().describe("Requests examined (n)"),
  budgetRows: z.int().describe("Maximum number of rows within the budget (n)"),
  cost: Estimate.describe("Cost of labelling these rows"),
  byReason: z
    .array(
      z.strictObject({
        reason: HardReason,
        found: z.int().describe("Requests with this reason (n)"),
        queued: z.int().describe("Rows of the queue with this reason (n)"),
      }),
    )
    .describe("Reasons"),
  leftOut: z
    .array(z.strictObject({ reason: z.string().describe("Reason"), requests: z.int().describe("Requests (n)") }))
    .describe("Hard cases that are not in the queue"),
  notLookedFor: z.array(z.string()).describe("Other kinds of hard cases, which were not searched for"),
});
export type WatchQueue = z.infer<typeof WatchQueue>;

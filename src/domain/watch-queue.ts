import * as z from "zod";

import { Estimate } from "./estimate.ts";
import { Day } from "./source.ts";

/** Why a request is a hard case. */
export const HardReason = z
  .enum(["negative-feedback", "refusal", "wrong-format", "far-from-reference"])
  .describe(
    "negative-feedback: rated badly. refusal: the answer refuses. wrong-format: the answer lacks the expected format. far-from-reference: the prompt is unlike those of the reference, or of the training data",
  );
export type HardReason = z.infer<typeof HardReason>;

/** A row of the queue, as it stands in the file that goes to labelling. */
export const QueuedCase = z.strictObject({
  id: z.string().describe("Request"),
  messages: z
    .array(z.strictObject({ role: z.enum(["user", "assistant"]), content: z.string() }))
    .describe("Prompt and answer, after redaction"),
  reasons: z.array(HardReason).min(1).describe("Why it is here"),
  day: Day,
  model: z.string().nullable().describe("Model that answered"),
  slice: z.string().nullable().describe("Slice"),
  source: z.string().describe("Where it comes from: watch:NAME"),
});
export type QueuedCase = z.infer<typeof QueuedCase>;

/** What `watch queue` answers. */
export const WatchQueue = z.strictObject({
  watch: z.string().describe("Monitor"),
  out: z.string().describe("Dataset file that was written"),
  sha256: z.string().describe("SHA-256 of the file"),
  days: z.strictObject({ from: Day, to: Day }).describe("Days of the requests that were looked at"),
  requests: z.int().describe("Requests that were looked at (n)"),
  budgetRows: z.int().describe("Most rows, by the budget (n)"),
  cost: Estimate.describe("What labelling these rows costs"),
  byReason: z
    .array(
      z.strictObject({
        reason: HardReason,
        found: z.int().describe("Requests with it (n)"),
        queued: z.int().describe("Rows of the queue with it (n)"),
      }),
    )
    .describe("Reasons"),
  leftOut: z
    .array(z.strictObject({ reason: z.string().describe("Why"), requests: z.int().describe("Requests (n)") }))
    .describe("Hard cases that are not in the queue"),
  notLookedFor: z.array(z.string()).describe("What else makes a case hard, and was not looked for"),
});
export type WatchQueue = z.infer<typeof WatchQueue>;

import * as z from "zod";

const Ms = z.number().nullable();

/** How a request ended. A cancelled one was cut off by the user, and says nothing about the endpoint. */
export const RequestOutcome = z.enum(["ok", "failed", "timed-out", "cancelled"]);
export type RequestOutcome = z.infer<typeof RequestOutcome>;

/**
 * One request of a load test: a line of `requests.jsonl`. Times begin when it was due, not when it was sent, so that a
 * delay of the client is in them; null is what was not reached.
 */
export const LoadTestRequest = z.strictObject({
  point: z.int().min(0).describe("Operating point, from 0"),
  index: z.int().min(0).describe("Number within the point, from 0, in the order of sending"),
  dueSec: z.number().describe("Seconds from the start of the point to when it was due"),
  queueDelayMs: z.number().describe("From when it was due to when the client sent it"),
  ttftMs: Ms.describe("To the first chunk with content"),
  tpotMs: Ms.describe("Mean time of each later token: (e2e − ttft) / (tokens − 1); null for one token"),
  e2eMs: Ms.describe("To the last chunk with content"),
  endMs: z.number().describe("To the end of the answer or of the waiting for it"),
  maxGapMs: Ms.describe("Longest gap between two chunks with content"),
  inputTokens: z.int().nullable().describe("As the server counts them; null where it does not say"),
  cachedTokens: z.int().nullable().describe("Input tokens that the server had cached; null where it does not say"),
  outputTokens: z.int().describe("As the server counts them, else chunks with content"),
  countedBy: z
    .enum(["usage", "chunks"])
    .describe("Who counted the output: the server's usage, or chunks, which may hold several tokens"),
  chunks: z.int().describe("Chunks with content"),
  outcome: RequestOutcome.describe("How it ended"),
  reason: z.string().nullable().describe("Why the request failed; null where it did not"),
  status: z.int().nullable().describe("HTTP status; null where none came"),
  retryAfterSec: z.number().nullable().describe("Seconds that a 429 or 503 asked to wait; nothing is sent again"),
  finishReason: z.string().nullable().describe("finish_reason of the answer"),
  reconnected: z.boolean().describe("An idle connection had died, and it was sent once more on a fresh one"),
});
export type LoadTestRequest = z.infer<typeof LoadTestRequest>;

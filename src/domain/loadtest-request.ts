import * as z from "zod";

const Ms = z.number().nullable();

/** Outcome of a request. A cancelled request was interrupted by the user and says nothing about the endpoint. */
export const RequestOutcome = z.enum(["ok", "failed", "timed-out", "cancelled"]);
export type RequestOutcome = z.infer<typeof RequestOutcome>;

/**
 * One request of a load test: a line of `requests.jsonl`. Times are measured from when the request was due, not from
 * when it was sent, so that they include delays of the client; null means that the event was not reached.
 */
export const LoadTestRequest = z.strictObject({
  point: z.int().min(0).describe("Operating point, from 0"),
  index: z.int().min(0).describe("Number within the point, from 0, in the order of sending"),
  dueSec: z.number().describe("When it was due, seconds from the start of the point"),
  queueDelayMs: z.number().describe("Delay of the client: from due to sent"),
  ttftMs: Ms.describe("From due to the first chunk with content"),
  tpotMs: Ms.describe("Mean time per output token after the first: (e2e − ttft) / (tokens − 1); null for one token"),
  e2eMs: Ms.describe("From due to the last chunk with content"),
  endMs: z.number().describe("From due to the end of the answer or the timeout"),
  maxGapMs: Ms.describe("Longest gap between two chunks with content"),
  inputTokens: z.int().nullable().describe("As counted by the server; null if it does not report them"),
  cachedTokens: z
    .int()
    .nullable()
    .describe("Input tokens in the server's prefix cache; null if it does not report them"),
  outputTokens: z.int().describe("As counted by the server, otherwise the number of chunks with content"),
  countedBy: z
    .enum(["usage", "chunks"])
    .describe(
      "Source of the output count: the usage that the server reports, or chunks, which may contain several tokens",
    ),
  chunks: z.int().describe("Chunks with content"),
  outcome: RequestOutcome.describe("How the request ended"),
  reason: z.string().nullable().describe("Why the request failed; null if it did not"),
  status: z.int().nullable().describe("HTTP status; null if there was no response"),
  retryAfterSec: z.number().nullable().describe("Seconds that a 429 or 503 asked to wait; the request is not retried"),
  finishReason: z.string().nullable().describe("finish_reason of the answer"),
  reconnected: z.boolean().describe("An idle connection had been closed, and the request was sent again on a new one"),
});
export type LoadTestRequest = z.infer<typeof LoadTestRequest>;

import * as z from "zod";

import { LatencySlo, LoadTestMode } from "./loadtest-spec.ts";
import { PositiveMoney } from "./source.ts";

const Share = z.number().min(0).max(1);
const NotKnown = z.number().nullable();

/**
 * Quantiles of one latency over the requests of the window. A request that failed or timed out
 * counts as longer than all others. A quantile that falls among the failed requests is null. Exact order statistics, interpolated (type 7).
 */
export const LatencySummary = z.strictObject({
  n: z.int().min(0).describe("Values, including failed requests"),
  failedRequests: z.int().min(0).describe("Requests that failed or timed out"),
  mean: NotKnown.describe("Mean over the requests that succeeded"),
  p50: NotKnown.describe("Median; null where it falls among failed requests"),
  p90: NotKnown.describe("90th percentile"),
  p95: NotKnown.describe("95th percentile"),
  p99: NotKnown.describe("99th percentile"),
  max: NotKnown.describe("Longest of the requests that succeeded"),
  thin: z
    .array(z.enum(["p50", "p90", "p95", "p99"]))
    .describe("Quantiles with fewer than ten values above them: p99 below 1,000 values"),
});
export type LatencySummary = z.infer<typeof LatencySummary>;

/** Latencies of one operating point, milliseconds. */
export const LatencyTable = z.strictObject({
  ttft: LatencySummary.describe("Due to first chunk with content"),
  tpot: LatencySummary.describe("(e2e − ttft) / (tokens − 1), of answers of two tokens and more"),
  itl: LatencySummary.describe("Gaps between chunks with content, of all answers together"),
  e2e: LatencySummary.describe("Due to last chunk with content"),
  ntpot: LatencySummary.describe("e2e / tokens"),
  queueDelay: LatencySummary.describe("Due to sent: the client's own delay"),
});
export type LatencyTable = z.infer<typeof LatencyTable>;

/** How requests arrived at one operating point. */
export const OfferedLoad = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("concurrency"),
    requests: z.int().describe("Concurrent requests; 1 is one after another"),
  }),
  z.strictObject({
    kind: z.literal("rate"),
    perSec: z.number().describe("Requests per second"),
    arrivals: z.enum(["constant", "poisson"]).describe("Even, or by chance"),
  }),
  z.strictObject({ kind: z.literal("trace"), perSec: z.number().describe("Mean requests per second of the trace") }),
]);
export type OfferedLoad = z.infer<typeof OfferedLoad>;

const Counts = z.strictObject({
  sent: z.int().describe("Requests that were sent"),
  ok: z.int().describe("Answered in whole, with at least one token"),
  failed: z.int().describe("HTTP errors, broken connections and answers, and successes with no token"),
  timedOut: z.int().describe("Not answered in time"),
  cancelled: z.int().describe("Interrupted by the user; in no quantile"),
  inWindow: z.int().describe("Due within the window, without cancelled ones: the base of the quantiles"),
  reconnected: z.int().describe("Sent once more because an idle connection had died before any byte of an answer"),
});

const LengthBins = z
  .array(z.strictObject({ from: z.int(), to: z.int(), requests: z.int() }))
  .describe("Requests by length, bins of powers of two: from, and up to and without to");

/** Lengths that the server counted, of the requests of the window that were answered. */
export const ObservedLengths = z.strictObject({
  n: z.int().describe("Requests"),
  mean: NotKnown.describe("Mean tokens"),
  cv: NotKnown.describe("Standard deviation over mean"),
  min: NotKnown,
  p50: NotKnown,
  max: NotKnown,
  bins: LengthBins,
});
export type ObservedLengths = z.infer<typeof ObservedLengths>;

/** Requests that kept an SLO. */
export const Goodput = z.strictObject({
  slo: LatencySlo.describe("Limits for every request"),
  attainment: Share.nullable().describe(
    "Share of the requests of the window that kept it; failed requests do not. Null without requests",
  ),
  requestsPerSec: NotKnown.describe("Requests per second that kept it: attainment × requests due per second"),
  tokensPerSec: NotKnown.describe("Output tokens per second of those"),
});
export type Goodput = z.infer<typeof Goodput>;

/** One operating point: what was offered, and what came back. */
export const LoadTestPoint = z.strictObject({
  load: OfferedLoad.describe("How requests arrived"),
  window: z
    .strictObject({
      fromSec: z.number().describe("Start, seconds from the first request due"),
      toSec: z.number().describe("End"),
      sendingSec: z.number().describe("First to last request due: warm-up and tail are shares of it"),
      totalSec: z.number().describe("Until the last answer had ended"),
    })
    .describe("Requests due in it are counted; those before (warm-up) and after (tail) are sent and not counted"),
  counts: Counts.describe("Requests of the point"),
  failedRequests: z
    .array(
      z.strictObject({
        reason: z.string(),
        status: z.int().nullable().describe("HTTP status; null where none came"),
        requests: z.int(),
        retryAfterSec: NotKnown.describe("Longest wait that was asked for"),
      }),
    )
    .describe("Why requests failed, most frequent first"),
  offeredRequestsPerSec: NotKnown.describe("Requests due per second in the window"),
  achievedRequestsPerSec: NotKnown.describe(
    "Requests sent per second in the window: below the offered, the client is too slow",
  ),
  requestsPerSec: NotKnown.describe("Answers ended per second in the window, without failed requests"),
  outputTokensPerSec: NotKnown.describe("Output tokens that arrived per second in the window"),
  inputTokensPerSec: NotKnown.describe("Input tokens per second; null where the server does not count them"),
  latency: LatencyTable.describe("Milliseconds; failed requests count as longer than all others"),
  latencyOfOk: LatencyTable.describe("Milliseconds, of answered requests alone, as most clients print them"),
  goodput: Goodput.nullable().describe("Under the SLO; null where none was given"),
  inputTokens: ObservedLengths.nullable().describe("Input lengths; null where the server does not count them"),
  outputTokens: ObservedLengths.describe("Output lengths"),
  countedBy: z
    .enum(["usage", "chunks", "mixed"])
    .describe(
      "Who counted the output tokens: the server's usage, chunks (which may hold several tokens), or some each",
    ),
  tokensPerChunk: NotKnown.describe(
    "Output tokens by usage over chunks: above 1, gaps between chunks are not gaps between tokens",
  ),
  cachedShare: Share.nullable().describe(
    "Share of input tokens from a prefix cache; null where the server does not say",
  ),
  running: z
    .strictObject({ mean: NotKnown, peak: z.int() })
    .describe("Requests in flight: mean over the window, and the most at any moment"),
  littleResidual: NotKnown.describe(
    "Requests in flight over X·(TTFT + TPOT·(O − 1))/O: 1 where the measured figures agree with each other (Little's law)",
  ),
  ttftSlopeMsPerSec: NotKnown.describe(
    "How fast TTFT rises with the time of sending; null where it cannot be told from 0",
  ),
  queueGrows: z
    .boolean()
    .nullable()
    .describe("TTFT rises through the window by more than chance and a fifth of its median"),
  ttftOverTime: z
    .array(z.strictObject({ atSec: z.number(), n: z.int(), p50: NotKnown, p95: NotKnown }))
    .describe("TTFT by time of sending, the whole point in up to 60 steps; null where it falls among failed requests"),
  usdPerMtokOutput: NotKnown.describe(
    "US dollars per million output tokens at the measured speed, input not counted apart: an estimate, not an amount",
  ),
  usdPerMtokOutputAtGoodput: NotKnown.describe(
    "The same for tokens of requests that kept the SLO: an estimate, not an amount",
  ),
});
export type LoadTestPoint = z.infer<typeof LoadTestPoint>;

const Saturation = z.strictObject({
  saturated: z
    .boolean()
    .nullable()
    .describe("The rate was raised until output stopped rising and TTFT grew; null where one rate alone was offered"),
  reason: z.string().describe("What it rests on"),
  fromRatePerSec: NotKnown.describe("Lowest offered rate that was saturated"),
  toRatePerSec: NotKnown.describe("Highest offered rate that was not"),
  outputTokensPerSec: NotKnown.describe("Most output tokens per second of any point"),
});

const SloCapacity = z.strictObject({
  ratePerSec: NotKnown.describe("Highest rate that kept the SLO; null where none did"),
  failsAtPerSec: NotKnown.describe("Lowest rate that did not; null where none failed within the bounds"),
  attainment: Share.describe("Share of requests that had to meet it"),
  confirmed: z
    .boolean()
    .describe("Both rates were measured again after the search, with other arrivals, and showed the same"),
  measurements: z.int().min(0).describe("Measurements of ratePerSec"),
  requests: z.int().min(0).describe("Requests in the windows of those"),
  attained: Share.nullable().describe("Share of those requests that kept it; null for none"),
  requestsPerSec: NotKnown.describe("Requests per second that kept it there"),
  outputTokensPerSec: NotKnown.describe("Output tokens per second there"),
  precision: NotKnown.describe("Width between the two rates over the higher; null where one of them is not known"),
  reason: z.string().describe("How it was found, or why not"),
});

/** Why a test ended before it was done, or that it did not. */
export const StopReason = z.enum([
  "done",
  "max-requests",
  "max-seconds",
  "max-usd",
  "interrupted",
  "write-failed",
  "killed",
]);
export type StopReason = z.infer<typeof StopReason>;

/**
 * A load test: who was asked with what, and what was measured. The fields of `LoadTestPoint` are those of the operating
 * point that it stands for: the only one, the capacity under the SLO, or the best of a sweep.
 */
export const LoadTestResult = z.strictObject({
  format: z.literal("tunewright-loadtest-1").describe("Format of this file"),
  tool: z.string().describe("Who measured"),
  target: z.string().describe("Address of the endpoint, without its query"),
  api: z.enum(["chat", "completions"]).describe("Which API"),
  model: z.string().describe("Model that was asked for"),
  engine: z.string().nullable().describe("Engine and version; null where unknown"),
  engineSource: z.enum(["user", "endpoint"]).nullable().describe("Who said so"),
  flags: z.string().nullable().describe("Flags that the engine was started with; null where not said"),
  gpu: z.string().nullable().describe("GPU; null where not said"),
  gpuCount: z.int().describe("GPUs"),
  usdPerGpuHour: PositiveMoney.nullable().describe("Price of one GPU-hour; null where none is known"),
  priceSource: z.string().nullable().describe("Where that price comes from"),
  startedAt: z.string().describe("Start, ISO 8601 in UTC"),
  finishedAt: z.string().describe("End"),
  mode: LoadTestMode.describe("How requests were sent"),
  findCapacity: z.boolean().describe("Whether the capacity was searched for"),
  seed: z.int().describe("Seed of arrivals, lengths and made-up prompts"),
  dataset: z
    .strictObject({
      kind: z.enum(["synthetic", "prompts", "trace"]).describe("Made up, or of a file"),
      name: z.string().describe("File, or what was made up"),
      sha256: z.string().describe("SHA-256 of the file, or of the recipe of what was made up"),
      rows: z.int().nullable().describe("Rows of the file; null where made up"),
    })
    .describe("What was sent"),
  settings: z.record(z.string(), z.unknown()).describe("All settings of the test, without keys"),
  stopped: StopReason.describe("Why sending ended"),
  partial: z.boolean().describe("Ended before everything planned was measured"),
  spentUsd: PositiveMoney.nullable().describe("Price of all tokens; null where no price of tokens is known"),
  ...LoadTestPoint.shape,
  saturation: Saturation.describe("Whether more load gave more output"),
  sloCapacity: SloCapacity.nullable().describe("Capacity under the SLO; null where it was not searched for"),
  points: z.array(LoadTestPoint).describe("Every operating point, in the order in which they were measured"),
  findings: z.array(z.string()).describe("Limits of the figures"),
});
export type LoadTestResult = z.infer<typeof LoadTestResult>;

/** Who is asked, with what: `test.json` next to the requests of a test, written before the first of them is sent. */
export const LoadTestHead = LoadTestResult.pick({
  tool: true,
  target: true,
  api: true,
  model: true,
  engine: true,
  engineSource: true,
  flags: true,
  gpu: true,
  gpuCount: true,
  usdPerGpuHour: true,
  priceSource: true,
  startedAt: true,
  mode: true,
  findCapacity: true,
  seed: true,
  dataset: true,
  settings: true,
}).extend({ format: z.literal("tunewright-loadtest-head-1").describe("Format of this file") });
export type LoadTestHead = z.infer<typeof LoadTestHead>;

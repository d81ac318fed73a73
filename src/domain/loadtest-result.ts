import * as z from "zod";

import { LatencySlo, LoadTestMode } from "./loadtest-spec.ts";
import { PositiveMoney } from "./source.ts";

const Share = z.number().min(0).max(1);
const NotKnown = z.number().nullable();

/**
 * Quantiles of one latency over the requests of the window. A failed request or a timeout counts as longer than all
 * others; a quantile that falls among them is null. Exact order statistics, interpolated (type 7).
 */
export const LatencySummary = z.strictObject({
  n: z.int().min(0).describe("Number of values, including failed requests"),
  failedRequests: z.int().min(0).describe("Failed requests, including timeouts"),
  mean: NotKnown.describe("Mean over the successful requests"),
  p50: NotKnown.describe("Median; null if it falls among failed requests"),
  p90: NotKnown.describe("90th percentile"),
  p95: NotKnown.describe("95th percentile"),
  p99: NotKnown.describe("99th percentile"),
  max: NotKnown.describe("Maximum over the successful requests"),
  thin: z
    .array(z.enum(["p50", "p90", "p95", "p99"]))
    .describe("Quantiles with fewer than ten values above them, such as p99 with fewer than 1,000 values"),
});
export type LatencySummary = z.infer<typeof LatencySummary>;

/** Latencies of one operating point, milliseconds. */
export const LatencyTable = z.strictObject({
  ttft: LatencySummary.describe("From due to the first chunk with content"),
  tpot: LatencySummary.describe("(e2e − ttft) / (tokens − 1), for answers of at least two tokens"),
  itl: LatencySummary.describe("Gaps between chunks with content, of all answers"),
  e2e: LatencySummary.describe("From due to the last chunk with content"),
  ntpot: LatencySummary.describe("e2e / tokens"),
  queueDelay: LatencySummary.describe("From due to sent: the client's own delay"),
});
export type LatencyTable = z.infer<typeof LatencyTable>;

/** Arrivals of requests at one operating point. */
export const OfferedLoad = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("concurrency"),
    requests: z.int().describe("Concurrent requests; 1 means one after another"),
  }),
  z.strictObject({
    kind: z.literal("rate"),
    perSec: z.number().describe("Requests per second"),
    arrivals: z.enum(["constant", "poisson"]).describe("Evenly spaced or random"),
  }),
  z.strictObject({ kind: z.literal("trace"), perSec: z.number().describe("Mean requests per second of the trace") }),
]);
export type OfferedLoad = z.infer<typeof OfferedLoad>;

const Counts = z.strictObject({
  sent: z.int().describe("Requests sent"),
  ok: z.int().describe("Complete answers with at least one token"),
  failed: z.int().describe("HTTP errors, broken connections or answers, and successful responses without a token"),
  timedOut: z.int().describe("Timeouts"),
  cancelled: z.int().describe("Interrupted by the user; not in the quantiles"),
  inWindow: z.int().describe("Due within the window, without cancelled requests: the base of the quantiles"),
  reconnected: z
    .int()
    .describe("Sent again because an idle connection had been closed before the first byte of the answer"),
});

const LengthBins = z
  .array(z.strictObject({ from: z.int(), to: z.int(), requests: z.int() }))
  .describe("Requests by length, in bins of powers of two: lower bound inclusive, upper bound exclusive");

/** Lengths reported by the server, for the answered requests in the window. */
export const ObservedLengths = z.strictObject({
  n: z.int().describe("Number of requests"),
  mean: NotKnown.describe("Mean tokens"),
  cv: NotKnown.describe("Standard deviation divided by mean"),
  min: NotKnown,
  p50: NotKnown,
  max: NotKnown,
  bins: LengthBins,
});
export type ObservedLengths = z.infer<typeof ObservedLengths>;

/** Requests that met an SLO. */
export const Goodput = z.strictObject({
  slo: LatencySlo.describe("Limits for every request"),
  attainment: Share.nullable().describe(
    "Share of the requests of the window that met the SLO; failed requests do not. Null without requests",
  ),
  requestsPerSec: NotKnown.describe("Requests per second that met the SLO: attainment × requests due per second"),
  tokensPerSec: NotKnown.describe("Output tokens per second of these requests"),
});
export type Goodput = z.infer<typeof Goodput>;

/** One operating point: the offered load and the measurements. */
export const LoadTestPoint = z.strictObject({
  load: OfferedLoad.describe("How requests arrived"),
  window: z
    .strictObject({
      fromSec: z.number().describe("Start, seconds from the first request due"),
      toSec: z.number().describe("End"),
      sendingSec: z.number().describe("From the first to the last due request; warm-up and tail are shares of it"),
      totalSec: z.number().describe("Time until the last answer ended"),
    })
    .describe(
      "Requests due in the window are counted; those before (warm-up) and after (tail) are sent but not counted",
    ),
  counts: Counts.describe("Requests of the point, by outcome"),
  failedRequests: z
    .array(
      z.strictObject({
        reason: z.string(),
        status: z.int().nullable().describe("HTTP status; null if there was no response"),
        requests: z.int(),
        retryAfterSec: NotKnown.describe("Longest wait requested by the server"),
      }),
    )
    .describe("Why requests failed, most frequent first"),
  offeredRequestsPerSec: NotKnown.describe("Requests due per second in the window"),
  achievedRequestsPerSec: NotKnown.describe(
    "Requests sent per second in the window; if below the offered rate, the client is too slow",
  ),
  requestsPerSec: NotKnown.describe("Answers completed per second in the window, without failed requests"),
  outputTokensPerSec: NotKnown.describe("Output tokens received per second in the window"),
  inputTokensPerSec: NotKnown.describe("Input tokens per second; null if the server does not count them"),
  latency: LatencyTable.describe("Milliseconds; failed requests count as longer than all others"),
  latencyOfOk: LatencyTable.describe("Milliseconds, over answered requests only, as most clients print them"),
  goodput: Goodput.nullable().describe("Attainment of the SLO; null if none was given"),
  inputTokens: ObservedLengths.nullable().describe("Input lengths; null if the server does not count them"),
  outputTokens: ObservedLengths.describe("Output lengths"),
  countedBy: z
    .enum(["usage", "chunks", "mixed"])
    .describe(
      "Who counted the output tokens: usage of the server, chunks (which may contain several tokens), or a mixture",
    ),
  tokensPerChunk: NotKnown.describe(
    "Output tokens by usage divided by chunks; above 1, gaps between chunks are not gaps between tokens",
  ),
  cachedShare: Share.nullable().describe(
    "Share of input tokens from a prefix cache; null if the server does not report it",
  ),
  running: z
    .strictObject({ mean: NotKnown, peak: z.int() })
    .describe("Requests in flight: mean over the window, and maximum"),
  littleResidual: NotKnown.describe(
    "Requests in flight divided by X·(TTFT + TPOT·(O − 1))/O; 1 if the measured figures are consistent (Little's law)",
  ),
  ttftSlopeMsPerSec: NotKnown.describe(
    "Slope of TTFT over the time of sending; null if it is not distinguishable from 0",
  ),
  queueGrows: z
    .boolean()
    .nullable()
    .describe("TTFT rises over the window significantly and by more than a fifth of its median"),
  ttftOverTime: z
    .array(z.strictObject({ atSec: z.number(), n: z.int(), p50: NotKnown, p95: NotKnown }))
    .describe(
      "TTFT by time of sending, for the whole point, in up to 60 steps; null if it falls among failed requests",
    ),
  usdPerMtokOutput: NotKnown.describe(
    "US dollars per million output tokens at the measured speed, including the cost of input: an estimate, not an amount",
  ),
  usdPerMtokOutputAtGoodput: NotKnown.describe(
    "Cost per million tokens of requests that met the SLO: an estimate, not an amount",
  ),
});
export type LoadTestPoint = z.infer<typeof LoadTestPoint>;

const Saturation = z.strictObject({
  saturated: z
    .boolean()
    .nullable()
    .describe("The rate was raised until output stopped rising and TTFT grew; null if only one rate was offered"),
  reason: z.string().describe("Evidence"),
  fromRatePerSec: NotKnown.describe("Lowest offered rate that was saturated"),
  toRatePerSec: NotKnown.describe("Highest offered rate that was not saturated"),
  outputTokensPerSec: NotKnown.describe("Maximum number of output tokens per second at any point"),
});

const SloCapacity = z.strictObject({
  ratePerSec: NotKnown.describe("Highest rate that met the SLO; null if there is none"),
  failsAtPerSec: NotKnown.describe("Lowest rate that did not meet the SLO; null if none failed within the limits"),
  attainment: Share.describe("Required attainment"),
  confirmed: z
    .boolean()
    .describe("Both rates were measured again after the search with other arrivals, with the same result"),
  measurements: z.int().min(0).describe("Measurements of ratePerSec"),
  requests: z.int().min(0).describe("Requests in the windows of these measurements"),
  attained: Share.nullable().describe("Share of these requests that met the SLO; null without requests"),
  requestsPerSec: NotKnown.describe("Requests per second that met the SLO at that rate"),
  outputTokensPerSec: NotKnown.describe("Output tokens per second at that rate"),
  precision: NotKnown.describe("Difference of the two rates divided by the higher; null if one of them is unknown"),
  reason: z.string().describe("How it was found, or why it was not"),
});

/** Reason why a test ended early, or `completed`. */
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
 * A load test: endpoint, load and measurements. The fields of `LoadTestPoint` are those of its representative operating
 * point: the only one, the capacity at the SLO, or the best of a sweep.
 */
export const LoadTestResult = z.strictObject({
  format: z.literal("tunewright-loadtest-1").describe("Format of this file"),
  tool: z.string().describe("Program that measured"),
  target: z.string().describe("Address of the endpoint, without its query"),
  api: z.enum(["chat", "completions"]).describe("Which API"),
  model: z.string().describe("Requested model"),
  engine: z.string().nullable().describe("Engine and version; null if unknown"),
  engineSource: z.enum(["user", "endpoint"]).nullable().describe("Source of the engine and version"),
  flags: z.string().nullable().describe("Flags that the engine was started with; null if not stated"),
  gpu: z.string().nullable().describe("GPU; null if not stated"),
  gpuCount: z.int().describe("GPUs"),
  usdPerGpuHour: PositiveMoney.nullable().describe("Price of one GPU-hour; null if unknown"),
  priceSource: z.string().nullable().describe("Source of that price"),
  startedAt: z.string().describe("Start, ISO 8601 in UTC"),
  finishedAt: z.string().describe("End"),
  mode: LoadTestMode.describe("How requests were sent"),
  findCapacity: z.boolean().describe("Whether the capacity was searched for"),
  seed: z.int().describe("Seed of arrivals, lengths and synthetic prompts"),
  dataset: z
    .strictObject({
      kind: z.enum(["synthetic", "prompts", "trace"]).describe("Synthetic, or from a file"),
      name: z.string().describe("File, or the kind of synthetic prompts"),
      sha256: z.string().describe("SHA-256 of the file, or of the recipe of the synthetic prompts"),
      rows: z.int().nullable().describe("Rows of the file; null for synthetic prompts"),
    })
    .describe("Requests"),
  settings: z.record(z.string(), z.unknown()).describe("All settings of the test, without keys"),
  stopped: StopReason.describe("Why sending ended"),
  partial: z.boolean().describe("The test ended before everything planned was measured"),
  spentUsd: PositiveMoney.nullable().describe("Price of all tokens; null if the price per token is unknown"),
  ...LoadTestPoint.shape,
  saturation: Saturation.describe("Whether more load increased the output"),
  sloCapacity: SloCapacity.nullable().describe("Capacity at the SLO; null if it was not searched for"),
  points: z.array(LoadTestPoint).describe("Operating points, in the order of measurement"),
  findings: z.array(z.string()).describe("Limitations of the figures"),
});
export type LoadTestResult = z.infer<typeof LoadTestResult>;

/** Endpoint and settings: `test.json` next to the requests of a test, written before the first request is sent. */
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

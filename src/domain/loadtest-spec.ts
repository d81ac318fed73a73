import * as z from "zod";

import { PositiveMoney } from "./source.ts";

/**
 * Sending pattern of requests: one after another, N concurrently, at a rate, as in a trace, or at a series of rates.
 */
export const LoadTestMode = z.enum(["sync", "concurrent", "constant", "poisson", "trace", "sweep"]);
export type LoadTestMode = z.infer<typeof LoadTestMode>;

const Ms = z.number().positive().max(3_600_000);

/** Limits for every single request, in milliseconds; an omitted limit is not checked. */
export const LatencySlo = z
  .strictObject({
    ttftMs: Ms.optional().describe("Time to the first token"),
    tpotMs: Ms.optional().describe(
      "Mean time per output token after the first; an answer of one token meets any limit",
    ),
    itlMs: Ms.optional().describe("Longest gap between two chunks"),
    e2eMs: Ms.optional().describe("Time to the last token"),
  })
  .refine((slo) => Object.keys(slo).length > 0, "expected at least one of ttft, tpot, itl, e2e");
export type LatencySlo = z.infer<typeof LatencySlo>;

/** Maximum number of requests in one test. */
const MOST_REQUESTS = 10_000_000;

/** Requests, rate and end of a load test. This is the only definition: flags and documentation are derived from it. */
export const LoadTestSpec = z.strictObject({
  url: z
    .string()
    .min(1)
    .max(2048)
    .describe("Endpoint: http://HOST:PORT, its /v1, or the full path of chat/completions or completions"),
  api: z.enum(["chat", "completions"]).default("chat").describe("API of the endpoint"),
  model: z.string().min(1).max(512).optional().describe("Model to request; default: the one that /v1/models lists"),
  mode: LoadTestMode.default("poisson").describe(
    "sync: one after another; concurrent: N concurrently; constant, poisson: at a rate; trace: at the times of a trace; sweep: at increasing rates until saturation",
  ),
  concurrency: z.int().min(1).max(100_000).default(8).describe("Concurrent requests, for mode concurrent"),
  rate: z
    .number()
    .positive()
    .max(100_000)
    .default(1)
    .describe("Requests per second; the first rate of a sweep or a capacity search"),
  rates: z
    .array(z.number().positive().max(100_000))
    .min(1)
    .max(100)
    .optional()
    .describe("Rates of a sweep; default: doubled from --rate until saturation"),
  arrivals: z.enum(["poisson", "constant"]).default("poisson").describe("Arrivals in a sweep or a capacity search"),
  traceFile: z
    .string()
    .min(1)
    .optional()
    .describe("Trace: rows with timestamp, and lengths (input_length, output_length) or prompt or messages"),
  timestampUnit: z.enum(["ms", "s"]).default("ms").describe("Unit of the timestamps of a trace"),
  speedup: z.number().min(0.001).max(1000).default(1).describe("Replay a trace faster by this factor"),
  findCapacity: z.boolean().default(false).describe("Find the highest rate that meets the SLO, by bisection"),
  slo: LatencySlo.optional().describe("Limits for every request"),
  attainment: z
    .number()
    .min(0.01)
    .max(1)
    .default(0.95)
    .describe("Share of requests that must meet the SLO for a rate to count as within capacity"),
  precision: z.number().min(0.005).max(0.5).default(0.05).describe("Relative width at which the bisection stops"),
  seconds: z.number().min(0.1).max(86_400).default(60).describe("Seconds of sending at each operating point"),
  requests: z
    .int()
    .min(1)
    .max(MOST_REQUESTS)
    .optional()
    .describe("Requests of each operating point, instead of --seconds"),
  warmup: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.1)
    .describe("Share of the sending time at its start that is not counted"),
  tail: z.number().min(0).max(0.9).default(0.1).describe("Share of the sending time at its end that is not counted"),
  inputTokens: z.int().min(1).max(2_000_000).default(512).describe("Mean length of synthetic prompts, in words"),
  inputCv: z
    .number()
    .min(0)
    .max(3)
    .default(0)
    .describe("Spread of these lengths: standard deviation divided by mean, log-normal"),
  outputTokens: z.int().min(1).max(1_000_000).default(128).describe("Mean of the maximum number of output tokens"),
  outputCv: z.number().min(0).max(3).default(0).describe("Spread of these"),
  sharedPrefix: z
    .int()
    .min(0)
    .max(2_000_000)
    .default(0)
    .describe(
      "Words that all synthetic prompts start with, to test a prefix cache; 0: every prompt differs from its first word",
    ),
  prompts: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File of prompts (JSONL, CSV or Parquet; fields prompt or messages, max_tokens), instead of synthetic ones",
    ),
  ignoreEos: z
    .boolean()
    .default(false)
    .describe("Force the maximum number of output tokens (vLLM, SGLang); lengths are then not realistic"),
  maxTokensField: z
    .enum(["max_tokens", "max_completion_tokens"])
    .default("max_tokens")
    .describe("Field that limits the length of the answer"),
  extraBody: z.record(z.string(), z.unknown()).default({}).describe("Additional fields of every request"),
  timeoutSec: z.number().min(0.05).max(3600).default(120).describe("Seconds after which a request counts as failed"),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of arrivals, lengths and synthetic prompts"),
  maxRequests: z
    .int()
    .min(1)
    .max(MOST_REQUESTS)
    .default(10_000)
    .describe("Maximum number of requests of the whole test"),
  maxSeconds: z
    .number()
    .min(0.1)
    .max(604_800)
    .default(1800)
    .describe("Seconds after which no more requests are sent; answers may still take up to --timeout-sec"),
  maxUsd: PositiveMoney.default("1.00").describe(
    "US dollars at which sending ends, if the price per token is known; default: 1.00",
  ),
  usdPerMtokInput: PositiveMoney.optional().describe("Price of a million input tokens"),
  usdPerMtokOutput: PositiveMoney.optional().describe("Price of a million output tokens"),
  gpu: z.string().min(1).max(200).optional().describe("GPU behind the endpoint"),
  gpuCount: z.int().min(1).max(100_000).default(1).describe("GPUs behind the endpoint"),
  usdPerGpuHour: PositiveMoney.optional().describe("Price of one GPU-hour; default: the price book"),
  engine: z.string().min(1).max(200).optional().describe("Engine and version behind the endpoint; default: detected"),
  engineFlags: z
    .string()
    .min(1)
    .max(4000)
    .optional()
    .describe("Flags that the engine was started with, for the record"),
});
export type LoadTestSpec = z.infer<typeof LoadTestSpec>;

import * as z from "zod";

import { PositiveMoney } from "./source.ts";

/** How requests are sent: one after another, N at once, by the clock, as a trace has them, or at a row of rates. */
export const LoadTestMode = z.enum(["sync", "concurrent", "constant", "poisson", "trace", "sweep"]);
export type LoadTestMode = z.infer<typeof LoadTestMode>;

const Ms = z.number().positive().max(3_600_000);

/** What every single request must keep, in milliseconds; what is left out is not asked. */
export const LatencySlo = z
  .strictObject({
    ttftMs: Ms.optional().describe("Time to the first token"),
    tpotMs: Ms.optional().describe("Mean time of each later token; an answer of one token has none and keeps it"),
    itlMs: Ms.optional().describe("Longest gap between two chunks"),
    e2eMs: Ms.optional().describe("Time to the last token"),
  })
  .refine((slo) => Object.keys(slo).length > 0, "expected at least one of ttft, tpot, itl, e2e");
export type LatencySlo = z.infer<typeof LatencySlo>;

/** Most requests of one test. */
const MOST_REQUESTS = 10_000_000;

/** What is sent, how fast, and where it must end. The only definition: flags and documentation derive from it. */
export const LoadTestSpec = z.strictObject({
  url: z
    .string()
    .min(1)
    .max(2048)
    .describe("Endpoint: http://HOST:PORT, its /v1, or the whole path of chat/completions or completions"),
  api: z.enum(["chat", "completions"]).default("chat").describe("Which of the two APIs"),
  model: z.string().min(1).max(512).optional().describe("Model to request; default: the one that /v1/models lists"),
  mode: LoadTestMode.default("poisson").describe(
    "sync: one after another; concurrent: N at once; constant, poisson: by the clock; trace: when a trace says; sweep: rate after rate until saturated",
  ),
  concurrency: z.int().min(1).max(100_000).default(8).describe("Concurrent requests, for mode concurrent"),
  rate: z
    .number()
    .positive()
    .max(100_000)
    .default(1)
    .describe("Requests per second; where a sweep or a search of the capacity begins"),
  rates: z
    .array(z.number().positive().max(100_000))
    .min(1)
    .max(100)
    .optional()
    .describe("Rates of a sweep; default: doubled from --rate until saturated"),
  arrivals: z
    .enum(["poisson", "constant"])
    .default("poisson")
    .describe("Arrivals in a sweep or search of the capacity"),
  traceFile: z
    .string()
    .min(1)
    .optional()
    .describe("Trace: rows with timestamp, and lengths (input_length, output_length) or prompt or messages"),
  timestampUnit: z.enum(["ms", "s"]).default("ms").describe("Unit of the timestamps of a trace"),
  speedup: z.number().min(0.001).max(1000).default(1).describe("Replay a trace this many times as fast"),
  findCapacity: z.boolean().default(false).describe("Find the highest rate that keeps the SLO, by bisection"),
  slo: LatencySlo.optional().describe("Limits for every request"),
  attainment: z
    .number()
    .min(0.01)
    .max(1)
    .default(0.95)
    .describe("Share of requests that must keep the SLO for a rate to count as within capacity"),
  precision: z.number().min(0.005).max(0.5).default(0.05).describe("Relative width at which the bisection stops"),
  seconds: z.number().min(0.1).max(86_400).default(60).describe("Seconds of sending at each operating point"),
  requests: z
    .int()
    .min(1)
    .max(MOST_REQUESTS)
    .optional()
    .describe("Requests of each operating point, in place of --seconds"),
  warmup: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.1)
    .describe("Share of the sending time at its start that is not counted"),
  tail: z.number().min(0).max(0.9).default(0.1).describe("Share of the sending time at its end that is not counted"),
  inputTokens: z.int().min(1).max(2_000_000).default(512).describe("Mean length of made-up prompts, in words"),
  inputCv: z.number().min(0).max(3).default(0).describe("Spread of these lengths: deviation over mean, log-normal"),
  outputTokens: z.int().min(1).max(1_000_000).default(128).describe("Mean of the most tokens that an answer may have"),
  outputCv: z.number().min(0).max(3).default(0).describe("Spread of these"),
  sharedPrefix: z
    .int()
    .min(0)
    .max(2_000_000)
    .default(0)
    .describe(
      "Words that all made-up prompts begin with, to test a prefix cache; else every prompt differs from its start",
    ),
  prompts: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File of prompts (JSONL, CSV or Parquet; fields prompt or messages, max_tokens) in place of made-up ones",
    ),
  ignoreEos: z.boolean().default(false).describe("Ask for all output tokens (vLLM, SGLang): lengths are then not real"),
  maxTokensField: z
    .enum(["max_tokens", "max_completion_tokens"])
    .default("max_tokens")
    .describe("Field that bounds the answer"),
  extraBody: z.record(z.string(), z.unknown()).default({}).describe("Further fields of every request"),
  timeoutSec: z.number().min(0.05).max(3600).default(120).describe("Seconds after which a request counts as failed"),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of arrivals, lengths and made-up prompts"),
  maxRequests: z.int().min(1).max(MOST_REQUESTS).default(10_000).describe("Most requests of the whole test"),
  maxSeconds: z
    .number()
    .min(0.1)
    .max(604_800)
    .default(1800)
    .describe("Seconds after which nothing more is sent; answers may still take up to --timeout-sec"),
  maxUsd: PositiveMoney.default("1.00").describe(
    "US dollars at which sending ends, if a price of tokens is known; default: 1.00",
  ),
  usdPerMtokInput: PositiveMoney.optional().describe("Price of a million input tokens"),
  usdPerMtokOutput: PositiveMoney.optional().describe("Price of a million output tokens"),
  gpu: z.string().min(1).max(200).optional().describe("GPU behind the endpoint"),
  gpuCount: z.int().min(1).max(100_000).default(1).describe("GPUs behind the endpoint"),
  usdPerGpuHour: PositiveMoney.optional().describe("Price of one GPU-hour; default: the price book"),
  engine: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Engine and version behind the endpoint; default: asked of it"),
  engineFlags: z
    .string()
    .min(1)
    .max(4000)
    .optional()
    .describe("Flags that the engine was started with, for the record"),
});
export type LoadTestSpec = z.infer<typeof LoadTestSpec>;

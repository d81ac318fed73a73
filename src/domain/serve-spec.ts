import * as z from "zod";

import { LIMITS } from "./limits.ts";
import { DEFAULT_GPU } from "./default-gpu.ts";

const Tokens = z.number().min(1).max(LIMITS.sequenceTokens);
const Spread = z.number().min(0).max(10);
const LimitMs = z.number().positive().max(3_600_000);

/**
 * Model, hardware, requests and SLO of a deployment. This is the only definition: CLI flags, JSON and docs are derived
 * from it.
 */
export const ServeSpec = z.strictObject({
  model: z.string().min(1).describe("Hub id, alias, or path of a config.json"),
  engine: z.enum(["vllm", "sglang", "tensorrt-llm"]).default("vllm").describe("Inference engine"),
  engineEra: z
    .string()
    .min(1)
    .optional()
    .describe("Version class of the engine, as in v1 for vLLM; default: the newest"),
  weights: z
    .enum(["bf16", "fp8", "int8", "int4", "fp4"])
    .default("bf16")
    .describe("Format of the weights; with int8 and int4, matrix products run in bf16"),
  kv: z.enum(["bf16", "fp8"]).default("bf16").describe("Format of the key-value cache"),
  gpu: z.string().min(1).default(DEFAULT_GPU).describe("GPU id or alias"),
  tensorParallel: z.int().min(1).max(64).default(1).describe("GPUs that split each matrix of a replica"),
  pipelineParallel: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe("Pipeline stages: groups of layers of a replica on different GPUs"),
  expertParallel: z
    .int()
    .min(1)
    .max(256)
    .default(1)
    .describe("GPUs that routed experts are spread over; above tensor-parallel, each group serves separate requests"),
  maxRunning: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe("Maximum number of requests decoded together (max_num_seqs); default: the engine's default"),
  maxBatchedTokens: z
    .int()
    .min(16)
    .max(LIMITS.sequenceTokens)
    .optional()
    .describe("Maximum number of tokens per step (max_num_batched_tokens); default: the engine's default"),
  memoryShare: z
    .number()
    .min(0.1)
    .max(0.99)
    .optional()
    .describe("Share of a GPU's memory that the engine uses (gpu_memory_utilization); default: the engine's default"),
  inputTokens: Tokens.default(1000).describe("Mean input tokens of a request"),
  inputCv: Spread.default(0.5).describe(
    "Spread of these: standard deviation divided by mean, log-normal; 0 for a single length",
  ),
  outputTokens: Tokens.default(300).describe("Mean output tokens of a request"),
  outputCv: Spread.default(0.5).describe("Spread of these"),
  prefixHitShare: z
    .number()
    .min(0)
    .max(0.999)
    .default(0)
    .describe("Share of the input tokens whose keys and values are in a prefix cache"),
  rate: z
    .number()
    .positive()
    .max(1e7)
    .optional()
    .describe(
      "Total requests per second, monthly mean; without it and concurrency: the highest rate that meets the SLO",
    ),
  concurrency: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe("Constant number of requests in flight, instead of a rate"),
  peakOverMean: z
    .number()
    .min(1)
    .max(10_000)
    .default(3)
    .describe("Peak rate divided by mean rate; replicas are sized for the peak"),
  replicas: z
    .int()
    .min(1)
    .max(LIMITS.gpus)
    .optional()
    .describe("Number of replicas; default: as many as the peak needs"),
  spareReplicas: z.int().min(0).max(LIMITS.gpus).default(0).describe("Spare replicas for failures"),
  sloTtftMs: LimitMs.default(2000).describe("SLO: longest time to first token, ms"),
  sloTpotMs: LimitMs.default(100).describe("SLO: longest mean time per output token after the first, ms"),
  sloPercentile: z
    .enum(["p50", "p95", "p99"])
    .default("p99")
    .describe("SLO: percentile of the requests that must meet each of the two"),
  adapters: z
    .int()
    .min(0)
    .max(10_000)
    .default(0)
    .describe("LoRA adapters served unmerged on one base model; 0 if the adapter is merged or there is none"),
  adapterRank: z.int().min(1).max(4096).default(16).describe("Rank of these adapters"),
  draftTokens: z
    .int()
    .min(1)
    .max(32)
    .optional()
    .describe("Speculative decoding: tokens proposed per step; requires accepted-per-step"),
  acceptedPerStep: z
    .number()
    .min(0)
    .max(32)
    .optional()
    .describe("Speculative decoding: mean number of accepted tokens, as measured on your traffic"),
});
export type ServeSpec = z.infer<typeof ServeSpec>;
/** A spec as written, before defaults. */
export type ServeSpecInput = z.input<typeof ServeSpec>;

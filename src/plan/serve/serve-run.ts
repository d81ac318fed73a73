import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";

/** Inference engines whose steps are modelled. */
export type EngineName = "vllm" | "sglang" | "tensorrt-llm";

/** Lengths in tokens: their mean and coefficient of variation, 0 where all are alike. */
export type Lengths = { mean: number; cv: number };

/** One replica of a served model: what runs, on what, and how it is set up. */
export type ServeRun = {
  shape: ModelShape;
  gpu: Gpu;
  engine: EngineName;
  /** Version class of the engine (`ENGINE_FACTS`); the newest where it is left out. */
  engineEra?: string | undefined;
  /** int8 and int4 are of the weights alone: products run in bf16. */
  weights: "bf16" | "fp8" | "int8" | "int4" | "fp4";
  kv: "bf16" | "fp8";
  tensorParallel: number;
  pipelineParallel: number;
  /** GPUs that routed experts are spread over; above `tensorParallel` attention runs on groups of that many, each with requests of its own. */
  expertParallel: number;
  /** Most sequences that decode together; the engine's default where it is left out. */
  maxRunning?: number | undefined;
  /** Most tokens of one step; the engine's default where it is left out. */
  maxBatchedTokens?: number | undefined;
  /** Share of the GPU's memory that the engine takes; its default where it is left out. */
  memoryShare?: number | undefined;
  /** Share of prompt tokens whose keys and values are in the cache already. */
  prefixHitShare: number;
  /** Adapters that are not merged into the weights; count 0 where there are none. */
  adapters: { count: number; rank: number };
  inputTokens: Lengths;
  outputTokens: Lengths;
  /** Tokens that a draft proposes for each step, and how many of them a measurement says are accepted. */
  speculation?: { draftTokens: number; acceptedPerStep: number } | undefined;
  /** Prefill on replicas of its own: how many of each share the requests. */
  disaggregated?: { prefill: number; decode: number } | undefined;
  /** False where a program holds the engine itself, as harnesses and offline batches do. */
  overHttp?: boolean | undefined;
};

/**
 * What one replica is asked for. A benchmark that says how many `requests` it sent is followed from its first to its last;
 * without them the load goes on.
 */
export type Load =
  | { kind: "rate"; perSec: number; requests?: number | undefined }
  /** So many users, each with one request at a time; a benchmark says how many requests it `sent` in all, the first ones at once. */
  | { kind: "concurrency"; requests: number; sent?: number | undefined }
  /** A batch that starts and ends together; `alike` where every sequence is made of the same tokens. */
  | { kind: "static-batch"; requests: number; alike?: boolean | undefined }
  | { kind: "all-at-once"; requests?: number | undefined }
  | { kind: "saturation" }
  /** The highest rate at which the slowest of a hundred requests still has its tokens within a limit. */
  | { kind: "token-limit"; tpotMs: number };

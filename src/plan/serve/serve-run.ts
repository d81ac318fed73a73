import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";

/** Inference engines whose steps are modelled. */
export type EngineName = "vllm" | "sglang" | "tensorrt-llm";

/** Lengths in tokens: mean and coefficient of variation, 0 if all are equal. */
export type Lengths = { mean: number; cv: number };

/** One replica of a served model: the model, the hardware and the settings. */
export type ServeRun = {
  shape: ModelShape;
  gpu: Gpu;
  engine: EngineName;
  /** Version class of the engine (`ENGINE_FACTS`); default: the newest. */
  engineEra?: string | undefined;
  /** int8 and int4 apply only to the weights; products run in bf16. */
  weights: "bf16" | "fp8" | "int8" | "int4" | "fp4";
  kv: "bf16" | "fp8";
  tensorParallel: number;
  pipelineParallel: number;
  /**
   * GPUs over which routed experts are spread. Above `tensorParallel`, attention runs on groups of that size, each with
   * separate requests.
   */
  expertParallel: number;
  /** Maximum number of sequences that decode together; default: the engine's. */
  maxRunning?: number | undefined;
  /** Maximum number of tokens per step; default: the engine's. */
  maxBatchedTokens?: number | undefined;
  /** Share of the GPU's memory that the engine uses; default: the engine's. */
  memoryShare?: number | undefined;
  /** Share of prompt tokens whose keys and values are already in the cache. */
  prefixHitShare: number;
  /** Unmerged adapters; the count is 0 if there are none. */
  adapters: { count: number; rank: number };
  inputTokens: Lengths;
  outputTokens: Lengths;
  /** Tokens that a draft proposes per step, and the measured number that is accepted. */
  speculation?: { draftTokens: number; acceptedPerStep: number } | undefined;
  /** Prefill on separate replicas: the number of replicas of each kind that share the requests. */
  disaggregated?: { prefill: number; decode: number } | undefined;
  /** False if a program embeds the engine, as harnesses and offline batches do. */
  overHttp?: boolean | undefined;
};

/**
 * The load of one replica. A benchmark with a number of `requests` is simulated from its first request to its last;
 * otherwise the load is continuous.
 */
export type Load =
  | { kind: "rate"; perSec: number; requests?: number | undefined }
  /**
   * A number of users, each with one request at a time. For a benchmark, `sent` is the total number of requests; the
   * first ones start at once.
   */
  | { kind: "concurrency"; requests: number; sent?: number | undefined }
  /** A batch that starts and ends together; `alike` if all sequences consist of the same tokens. */
  | { kind: "static-batch"; requests: number; alike?: boolean | undefined }
  | { kind: "all-at-once"; requests?: number | undefined }
  | { kind: "saturation" }
  /** The highest rate at which the slowest of a hundred requests still meets a limit per token. */
  | { kind: "token-limit"; tpotMs: number };

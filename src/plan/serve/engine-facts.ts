import { Failure } from "../../base/failure.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { EngineName, ServeRun } from "./serve-run.ts";

/** Features whose absence makes an engine slower than the timed kernels; each has its own cost in the step. */
export type KernelGap =
  | "graphs"
  | "tuned products"
  | "custom all-reduce"
  | "grouped decode attention"
  | "fast grouped decode attention"
  | "memory for one pass of the longest context";

/** Step behaviour, host time and defaults of one version class of an engine. */
export type EngineFacts = {
  engine: EngineName;
  /** Version class, and the versions that it represents. */
  era: string;
  versions: string;
  /** Set if the row applies only to the GPUs of one vendor, or to one format of weights. */
  vendor?: Gpu["vendor"];
  weights?: ServeRun["weights"];
  /** Whether a step combines decodes with prompts, or decodes wait until all waiting prompts are read. */
  prompts: "with decodes" | "first";
  /** Host seconds per step, per running sequence, and per request that joins. */
  hostSec: { step: number; sequence: number; request: number };
  /** Additional host time if the server shares the process of the engine's loop. */
  sharedHostSec?: { step: number; sequence: number; request: number };
  /** Seconds that the server adds before and after a request: HTTP, tokenizer, first chunk. */
  serverSec: number;
  /** Set for a server that handles requests one by one: seconds of its single process per request and per token. */
  serialServerSec?: { request: number; token: number };
  /**
   * Minimum seconds of a layer whose kernels are launched one by one, and the number of tokens up to which a recorded
   * graph is used.
   */
  eager: { layerSec: number; graphTokens: number };
  /** Seconds by which each kernel of a graph starts before the previous one ends. */
  overlapSec: number;
  /**
   * Elementwise kernels of a layer with 16-bit weights, and with low-bit weights, for which activations are quantised
   * before each product.
   */
  elementwiseKernels: readonly [full: number, quantised: number];
  /** Share of the output for which a request must find space before it is admitted: 1 if the engine never preempts. */
  reservedOutput: number;
  defaults: { maxBatchedTokens: number; maxRunning: number; memoryShare: number };
  /** Defaults on an A100 and on GPUs below 70 GiB, if different. */
  smallCardDefaults?: { maxBatchedTokens: number; maxRunning: number };
  lacks: readonly KernelGap[];
  source: string;
};

const GRAPHS = { layerSec: 0, graphTokens: Number.POSITIVE_INFINITY };
const VLLM_BEFORE_V1 = {
  engine: "vllm",
  prompts: "first",
  serverSec: 5e-3,
  overlapSec: 0,
  elementwiseKernels: [5, 8],
  // Blocks are allocated as tokens are generated, and a request that finds no free block is preempted: on average, a
  // request runs with 0.6 of its output.
  reservedOutput: 0.6,
  defaults: { maxBatchedTokens: 4096, maxRunning: 256, memoryShare: 0.9 },
} as const;
const TENSORRT_LLM = {
  engine: "tensorrt-llm",
  prompts: "with decodes",
  serverSec: 25e-3,
  reservedOutput: 1,
  defaults: { maxBatchedTokens: 8192, maxRunning: 2048, memoryShare: 0.9 },
} as const;

/**
 * One row for each version class; the newest class of an engine comes last and is the default. Host times are those of
 * a Python loop (milliseconds, plus tens of microseconds per sequence), of a C++ loop (a tenth), or of a loop that
 * prepares the next step while the GPU runs the current one (a twentieth). Small models in small batches consist of
 * little but host time; with these values they are within the accuracy of docs/concepts/serving-model.md §3.
 */
const ENGINE_FACTS: readonly EngineFacts[] = [
  {
    ...VLLM_BEFORE_V1,
    era: "2024",
    versions: "up to 0.5",
    hostSec: { step: 2e-3, sequence: 50e-6, request: 0 },
    sharedHostSec: { step: 8e-3, sequence: 30e-6, request: 0 },
    eager: GRAPHS,
    lacks: ["memory for one pass of the longest context"],
    source:
      "vLLM v0.6.0 blog, 2024-09-05: of a step of an 8B on H100 38 % ran on the GPU, 33 % in the API server, 29 % in the scheduler",
  },
  {
    ...VLLM_BEFORE_V1,
    era: "2024",
    versions: "up to 0.5",
    vendor: "AMD",
    // Eight-bit weights came to AMD GPUs with AMD's own branch, which has graphs, tuned products and a custom
    // all-reduce (ROCm/vllm#27, 2024-05); vLLM itself gained them with #7210, 2024-08.
    weights: "bf16",
    hostSec: { step: 2e-3, sequence: 50e-6, request: 0 },
    sharedHostSec: { step: 8e-3, sequence: 30e-6, request: 0 },
    // About fourteen kernels a layer at 20 us each, the launch time of ROCm 6.1.
    eager: { layerSec: 0.27e-3, graphTokens: 0 },
    lacks: ["graphs", "tuned products", "custom all-reduce", "grouped decode attention"],
    source:
      "vLLM 0.4 and 0.5 on ROCm: eager mode, rocBLAS without TunableOp, a paged attention that reads the cache once for each query head, no custom all-reduce",
  },
  {
    ...VLLM_BEFORE_V1,
    era: "v0",
    versions: "0.6 and 0.7",
    hostSec: { step: 2e-3, sequence: 40e-6, request: 0 },
    eager: GRAPHS,
    lacks: ["memory for one pass of the longest context"],
    source: "vLLM v0.6.0 blog, 2024-09-05: the API server in a separate process, several steps scheduled at once",
  },
  {
    ...VLLM_BEFORE_V1,
    era: "v0",
    versions: "0.6 and 0.7",
    vendor: "AMD",
    hostSec: { step: 2e-3, sequence: 40e-6, request: 0 },
    eager: GRAPHS,
    lacks: ["custom all-reduce"],
    source:
      "as on NVIDIA GPUs, but all-reduces by RCCL: vLLM's own came to ROCm with 0.8.3 (pull requests 14125 and, for MI300X, 16010 of April 2025)",
  },
  {
    ...VLLM_BEFORE_V1,
    era: "v1",
    versions: "0.8 and later",
    prompts: "with decodes",
    hostSec: { step: 0.5e-3, sequence: 12e-6, request: 0 },
    eager: { layerSec: 0.9e-3, graphTokens: 512 },
    defaults: { maxBatchedTokens: 8192, maxRunning: 1024, memoryShare: 0.9 },
    smallCardDefaults: { maxBatchedTokens: 2048, maxRunning: 256 },
    lacks: [],
    source:
      "vLLM V1 blog, 2025-01-27; piecewise graphs of up to 512 tokens (`cudagraph_capture_sizes`), defaults by GPU (`EngineArgs`)",
  },
  {
    ...TENSORRT_LLM,
    era: "2024",
    versions: "up to 0.16, engines compiled ahead",
    hostSec: { step: 0.3e-3, sequence: 5e-6, request: 0 },
    eager: GRAPHS,
    overlapSec: 0,
    elementwiseKernels: [5, 8],
    lacks: ["custom all-reduce", "fast grouped decode attention"],
    source: "C++ executor with in-flight batching; XQA kernels for all group sizes came with 0.11 and later",
  },
  {
    ...TENSORRT_LLM,
    era: "in-process",
    versions: "compiled ahead, driven by a harness without a server",
    hostSec: { step: 0.3e-3, sequence: 3e-6, request: 0 },
    eager: GRAPHS,
    overlapSec: 0,
    elementwiseKernels: [5, 8],
    defaults: { maxBatchedTokens: 8192, maxRunning: 2048, memoryShare: 0.95 },
    lacks: [],
    source: "NVIDIA's MLPerf Inference harness, 4.1 and 5.1: `kvcache_free_gpu_mem_frac` 0.95",
  },
  {
    ...TENSORRT_LLM,
    era: "1.0",
    versions: "0.17 to 1.0, PyTorch backend",
    hostSec: { step: 0.3e-3, sequence: 6e-6, request: 1e-3 },
    // trtllm-serve 1.0 parses, tokenizes and streams in one Python process.
    serialServerSec: { request: 18e-3, token: 74e-6 },
    eager: { layerSec: 0.2e-3, graphTokens: 0 },
    overlapSec: 0,
    elementwiseKernels: [5, 8],
    lacks: [],
    source: "PyTorch backend with CUDA graphs for decode alone; overlap scheduler",
  },
  {
    ...TENSORRT_LLM,
    era: "1.1",
    versions: "1.1 and later",
    hostSec: { step: 0.1e-3, sequence: 8e-6, request: 1e-3 },
    eager: { layerSec: 0.2e-3, graphTokens: 0 },
    overlapSec: 2e-6,
    elementwiseKernels: [3, 3],
    lacks: [],
    source:
      "programmatic dependent launch by default (`TRTLLM_ENABLE_PDL`), norms fused with all-reduce and quantisation",
  },
  {
    engine: "sglang",
    era: "2025",
    versions: "0.4 and later",
    prompts: "first",
    hostSec: { step: 0.5e-3, sequence: 20e-6, request: 0 },
    serverSec: 5e-3,
    eager: { layerSec: 0.5e-3, graphTokens: 512 },
    overlapSec: 0,
    elementwiseKernels: [5, 8],
    reservedOutput: 0.6,
    defaults: { maxBatchedTokens: 8192, maxRunning: 1024, memoryShare: 0.88 },
    lacks: [],
    source:
      "SGLang server arguments: `chunked_prefill_size` 8192, `mem_fraction_static` 0.88; prefill before decode (`schedule_policy`)",
  },
];

/** The properties of a run that select its engine's row. */
type EngineOfRun = Pick<ServeRun, "engine" | "engineEra" | "weights"> & { gpu: Pick<Gpu, "vendor"> };

/**
 * Returns the row of an engine: a vendor's own row before the general one, and the newest if no version class is given.
 *
 * @throws Failure not_found for a version class that the engine does not have
 */
export function engineFacts({ engine, engineEra, gpu: { vendor }, weights }: EngineOfRun): EngineFacts {
  const rows = ENGINE_FACTS.filter((row) => row.engine === engine);
  const wanted = engineEra ?? rows.at(-1)!.era;
  const found = rows.filter(
    (row) => row.era === wanted && (row.vendor ?? vendor) === vendor && (row.weights ?? weights) === weights,
  );
  const row = found.find((engineFacts) => engineFacts.vendor === vendor) ?? found[0];
  if (row !== undefined) return row;
  const known = [...new Set(rows.map((row) => `${row.era} (${row.versions})`))].join(", ");
  throw new Failure("not_found", `no version class "${wanted}" of ${engine}`, { hint: `version classes: ${known}` });
}

import type { RunSpec } from "../../domain/run-spec.ts";

/**
 * Who splits a run over its GPUs. `modules`: the library's own modules, whole or under DDP, FSDP or DeepSpeed.
 * `megatron`: Megatron-Core with its distributed optimizer. `fsdp2`: PyTorch's FSDP2 with tensor and pipeline parallel
 * layouts around it, as torchtitan does.
 */
export type Engine = "modules" | "megatron" | "fsdp2";

/** Libraries that hand parallel layouts to Megatron-Core. */
const ON_MEGATRON: readonly RunSpec["stack"][] = ["nemo", "ms-swift", "verl"];

/** The engine of a run: its library's own, or that of the layout which it asks for. */
export function engineOf(spec: RunSpec): Engine {
  if (spec.stack === "nemo") return "megatron";
  if (spec.stack === "torchtitan") return "fsdp2";
  const split = spec.tensorParallel * spec.pipelineParallel * spec.contextParallel * spec.expertParallel;
  if (split === 1) return "modules";
  return ON_MEGATRON.includes(spec.stack) ? "megatron" : "fsdp2";
}

/** The numbers of the memory formulas that an engine sets by itself, or nothing where the library's modules decide. */
export function parallelFacts(spec: RunSpec): ParallelFacts | undefined {
  const engine = engineOf(spec);
  if (engine === "modules") return undefined;
  const trainsBase = spec.method === "full" || spec.method === "pretrain";
  const facts = engine === "megatron" ? megatronFacts(spec, trainsBase) : fsdp2Facts(spec, trainsBase);
  const isOnHost = spec.offload === "optimizer" || spec.offload === "parameters";
  return isOnHost ? { ...facts, optimizerBytes: 0, optimizerTempBytes: 0 } : facts;
}

type ParallelFacts = {
  /** Left out where weights are frozen: their format decides. */
  linearWeightBytes?: number;
  otherWeightBytes?: number;
  gradientBytes: number;
  optimizerBytes: number;
  optimizerTempBytes: number;
  adapterWeightBytes: number;
  residualBytes: number;
  autocastCopyBytes: number;
};

const SHARED = { adapterWeightBytes: 2, residualBytes: 2, autocastCopyBytes: 0 };

/**
 * Megatron: bf16 weights (frozen ones in one byte under fp8), gradients in bf16, or in fp32 where `bf16-mixed` asks for
 * it, and 12 bytes of master weights and Adam state.
 *
 * @source NVIDIA dgxc-benchmarking log, Llama-3.1-8B on 8 GPUs: 5.5 B × N = 44.2 GB against 44.27 logged; Megatron-LM
 *   theoretical_memory_usage.py: 18, or 6 + 12/dp, bytes per parameter with fp32 gradients
 */
function megatronFacts({ precision }: RunSpec, trainsBase: boolean): ParallelFacts {
  const isFp8 = precision === "fp8" || precision === "nvfp4";
  return {
    ...SHARED,
    linearWeightBytes: isFp8 && !trainsBase ? 1 : 2,
    otherWeightBytes: 2,
    gradientBytes: precision === "bf16-mixed" || precision === "fp32" ? 4 : 2,
    optimizerBytes: 12,
    optimizerTempBytes: 0,
  };
}

/** Libraries that train bf16 weights under FSDP2 as they are; the others keep them in fp32 and gather bf16. */
const BF16_SHARDS: readonly RunSpec["stack"][] = ["automodel", "torchtune"];

/**
 * FSDP2: weights, gradients and Adam state in fp32, or all of them in bf16.
 * @source torchtitan's `mixed_precision_param`, accelerate's upcast of trained weights; NeMo AutoModel and torchtune recipes
 */
function fsdp2Facts({ stack, precision, optimizer }: RunSpec, trainsBase: boolean): ParallelFacts {
  const master = trainsBase && (!BF16_SHARDS.includes(stack) || precision === "bf16-mixed" || precision === "fp32");
  const adam = optimizer === "adamw-8bit" || optimizer === "paged-adamw-8bit" ? 2 : master ? 8 : 4;
  return {
    ...SHARED,
    ...(trainsBase ? { linearWeightBytes: master ? 4 : 2, otherWeightBytes: master ? 4 : 2 } : {}),
    gradientBytes: master ? 4 : 2,
    optimizerBytes: adam,
    optimizerTempBytes: optimizer === "adamw" ? (master ? 4 : 2) : 0,
  };
}

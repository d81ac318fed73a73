import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { type EngineFacts, engineFacts } from "./engine-facts.ts";
import type { ServeRun } from "./serve-run.ts";

/**
 * Weight formats that kernels distinguish; those of four bits are NVIDIA's blocks, the OCP's blocks, and plain
 * integers.
 */
export type WeightFormat = "bf16" | "fp8" | "int8" | "int4" | "nvfp4" | "mxfp4";

/** A run with derived values that do not change between steps. */
export type Replica = {
  run: ServeRun;
  shape: ModelShape;
  gpu: Gpu;
  facts: EngineFacts;
  format: WeightFormat;
  /** GPUs that share one attention layer, groups of them with separate requests, and pipeline stages. */
  tensor: number;
  groups: number;
  pipeline: number;
  /** GPUs of the replica. */
  gpus: number;
  maxRunning: number;
  maxBatchedTokens: number;
  memoryShare: number;
  /** True if requests come through the engine's server, false if a program embeds the engine. */
  isServed: boolean;
};

/**
 * Bytes per weight, including scales: one byte for every 16 weights in NVIDIA's format and for every 32 in the OCP's,
 * two bytes for every 128 in the others.
 * @source NVIDIA, Introducing NVFP4 (2025-06); OCP Microscaling Formats 1.0, §5; AWQ and GPTQ checkpoints, group size
 *   128
 */
export const WEIGHT_BYTES: Readonly<Record<WeightFormat, number>> = {
  bf16: 2,
  fp8: 1,
  int8: 1,
  int4: 0.5 + 2 / 128,
  nvfp4: 0.5 + 1 / 16,
  mxfp4: 0.5 + 1 / 32,
};

/** Resolves defaults of the engine and the layout of a run. */
export function replicaOf(run: ServeRun): Replica {
  const known = replicas.get(run);
  if (known !== undefined) return known;
  const replica = resolved(run);
  replicas.set(run, replica);
  return replica;
}

/** Replicas by run, so that each step is computed once for all loads of a run. */
const replicas = new WeakMap<ServeRun, Replica>();

function resolved(run: ServeRun): Replica {
  const { shape } = run;
  const gpu = reachedBandwidth(heldByPower(run.gpu));
  const facts = engineFacts(run);
  const tensor = run.tensorParallel;
  const groups = Math.max(1, run.expertParallel / tensor);
  const isSmall = gpu.memoryGib < 70 || gpu.id.startsWith("A100");
  const defaults = { ...facts.defaults, ...(isSmall ? facts.smallCardDefaults : undefined) };
  return {
    run,
    shape,
    gpu,
    facts,
    format: formatOf(run),
    tensor,
    groups,
    pipeline: run.pipelineParallel,
    gpus: tensor * groups * run.pipelineParallel,
    maxRunning: groups * (run.maxRunning ?? defaults.maxRunning),
    maxBatchedTokens: groups * (run.maxBatchedTokens ?? defaults.maxBatchedTokens),
    memoryShare: run.memoryShare ?? defaults.memoryShare,
    isServed: run.overHttp ?? true,
  };
}

/**
 * Share of the specified rate that a Hopper GPU of 350 to 400 W sustains if it was not measured: the share of the H100
 * PCIe, which has the same chip as the NVL form. The 700 W form reaches 0.80.
 * @source gpus.csv: H100-80GB-PCIe, 495.9 of 756 TFLOP/s; H100-80GB-SXM, 794.5 of 989
 */
const HELD_BY_POWER = 0.656;

function heldByPower(gpu: Gpu): Gpu {
  const { generation, form, bf16Tflops, measuredBf16Tflops } = gpu;
  if (generation !== "hopper" || form !== "NVL" || measuredBf16Tflops !== null || bf16Tflops === null) return gpu;
  return { ...gpu, measuredBf16Tflops: HELD_BY_POWER * bf16Tflops };
}

/**
 * Share of the specified bandwidth that a third-generation AMD GPU reaches, divided by the share of the NVIDIA GPU
 * whose timed kernels are used.
 * @source arXiv:2510.27583, AMD MI300X GPU Performance Analysis (2025-10), BabelStream: 81 % on MI300X, up to 90 % on
 * NVIDIA's. Read 2026-11-25.
 */
const AMD_BANDWIDTH = 0.81 / 0.9;

function reachedBandwidth(gpu: Gpu): Gpu {
  if (gpu.generation !== "cdna3") return gpu;
  return { ...gpu, bandwidthTbPerSec: AMD_BANDWIDTH * gpu.bandwidthTbPerSec };
}

/** Models that were published in the OCP's four-bit format and are served in it. */
const PUBLISHED_IN_MXFP4 = /^gpt[-_]oss/i;

function formatOf({ weights, shape }: ServeRun): WeightFormat {
  if (weights !== "fp4") return weights;
  return PUBLISHED_IN_MXFP4.test(shape.family) ? "mxfp4" : "nvfp4";
}

/**
 * Number of prompts, possibly fractional, that a number of computed tokens corresponds to; cached tokens are not
 * computed.
 */
export function promptsIn({ run }: Pick<Replica, "run">, promptTokens: number, promptLength: number): number {
  return promptTokens / Math.max(1, promptLength * (1 - run.prefixHitShare));
}

/** Mean tokens per sequence in one step. */
export function tokensPerStep({ run }: Pick<Replica, "run">): number {
  return 1 + (run.speculation?.acceptedPerStep ?? 0);
}

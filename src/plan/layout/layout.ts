import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { type Library, STACKS } from "../../domain/stack.ts";
import { embeddingParamCount, expertParamCount } from "./model-parts.ts";

/**
 * The engine of a run: its library's own, or that of the requested layout.
 * @source ms-swift `sequence_parallel_size` and verl `ulysses_sequence_parallel_size`: Ulysses over the modules of
 * transformers, with FSDP or DeepSpeed; Megatron-Core has its own layout and trainer
 */
export function engineOf(spec: RunSpec): Library["engine"] {
  const { engine, layouts } = STACKS[spec.stack];
  if (engine !== "modules") return engine;
  const split = spec.tensorParallel * spec.pipelineParallel * spec.contextParallel * spec.expertParallel;
  if (split === 1) return "modules";
  // If FSDP or ZeRO is requested, only sequences are split, by Ulysses; the modules remain the library's own.
  const isUlysses = split === spec.contextParallel && ["fsdp", "zero2", "zero3"].includes(spec.sharding);
  if (isUlysses && layouts === "megatron") return "modules";
  return layouts === "megatron" ? "megatron" : "fsdp2";
}

/** Split of the state over replicas: as in the spec, with `auto` resolved, or Megatron's own. */
export type Sharding = Exclude<RunSpec["sharding"], "auto"> | "distributed optimizer";

/** Resolves `auto`: no sharding for one replica, otherwise FSDP or Megatron's distributed optimizer. */
export function shardingOf(spec: RunSpec): Sharding {
  if (replicasOf(spec) <= 1 || spec.sharding === "none") return "none";
  if (engineOf(spec) === "megatron") return "distributed optimizer";
  return spec.sharding === "auto" ? "fsdp" : spec.sharding;
}

/** True if weights, gradients and optimizer state are all split. */
export function isFullySharded(sharding: Sharding): boolean {
  return sharding === "fsdp" || sharding === "zero3";
}

/**
 * Layout of a model and its batch on the GPUs of a run. The number of GPUs is the product of tensor, pipeline, context
 * and data.
 */
export type Layout = {
  tensor: number;
  pipeline: number;
  context: number;
  expert: number;
  /** GPUs that hold the same dense weights and share their optimizer state, including those of one sequence. */
  replicas: number;
  /** GPUs that hold the same experts. */
  expertReplicas: number;
  /** GPUs that split one expert: those of `tensor` if there are enough GPUs. */
  expertTensor: number;
  /** Chunks of layers per pipeline stage: more than one if stages are interleaved. */
  virtualStages: number;
  /** Micro-batches whose activations the first stage holds at once. */
  inFlight: number;
};

/** Chunks per stage in recipes that interleave. */
const USUAL_CHUNKS = 4;

/** The layout of a run spec; by default with the library's usual number of chunks per pipeline stage. */
export function layoutOf(spec: RunSpec, chunks?: number): Layout {
  const { tensorParallel: tensor, pipelineParallel: pipeline, contextParallel: context, expertParallel: expert } = spec;
  const perStage = Math.max(1, spec.gpuCount / pipeline);
  const expertTensor = tensor * expert <= perStage ? tensor : 1;
  const usual = STACKS[spec.stack].interleaves ? USUAL_CHUNKS : 1;
  const virtualStages = pipeline > 1 ? (chunks ?? usual) : 1;
  return {
    tensor,
    pipeline,
    context,
    expert,
    replicas: replicasOf(spec),
    expertReplicas: Math.max(1, perStage / (expert * expertTensor)),
    expertTensor,
    virtualStages,
    inFlight: inFlight(spec, virtualStages),
  };
}

function replicasOf({ gpuCount, tensorParallel, pipelineParallel }: RunSpec): number {
  return Math.max(1, gpuCount / pipelineParallel / tensorParallel);
}

/**
 * Micro-batches in flight on the first stage: one per pipeline stage and, with interleaving, part of one more.
 *
 * @source Korthikanti et al. 2022, arXiv:2205.05198, §4.2.3: L/p layers × p, interleaved × (1 + (p - 1) / (p·m))
 */
function inFlight({ pipelineParallel: p, gradAccum }: RunSpec, virtualStages: number): number {
  const interleaved = virtualStages > 1 ? 1 + (p - 1) / (p * virtualStages) : 1;
  return Math.min(p * interleaved, gradAccum);
}

/** Parameters of one GPU before any sharding over replicas: dense ones (including the embedding) and routed experts. */
export type RankParams = { dense: number; experts: number; embedding: number };

/** Parameters of a GPU at either end of the pipeline: its layers, and the embedding or the head. */
export function rankParams(shape: ModelShape, layout: Layout): RankParams {
  const { tensor, pipeline, expert, expertTensor } = layout;
  const table = shape.vocab * shape.hidden;
  const all = Math.min(shape.paramCount, embeddingParamCount(shape));
  const experts = Math.min(expertParamCount(shape), shape.paramCount - all);
  // In a pipeline each end has one table, even if both are the same matrix.
  const embedding = (pipeline === 1 ? all : Math.min(all, table)) / tensor;
  const layers = Math.ceil(shape.layers / pipeline) / shape.layers;
  return {
    dense: ((shape.paramCount - all - experts) * layers) / tensor + embedding,
    experts: (experts * layers) / (expert * expertTensor),
    embedding,
  };
}

/** The part of a rank's parameters on one GPU if replicas split them. */
export function replicaShare({ dense, experts }: Omit<RankParams, "embedding">, layout: Layout): number {
  return dense / layout.replicas + experts / layout.expertReplicas;
}

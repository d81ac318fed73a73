import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { type Library, STACKS } from "../../domain/stack.ts";
import { embeddingParamCount, expertParamCount } from "./model-parts.ts";

/**
 * The engine of a run: its library's own, or that of the layout which it asks for.
 * @source ms-swift `sequence_parallel_size` and verl `ulysses_sequence_parallel_size`: Ulysses over the modules of
 *   transformers, with FSDP or DeepSpeed; Megatron-Core has a layout and a trainer of its own
 */
export function engineOf(spec: RunSpec): Library["engine"] {
  const { engine, layouts } = STACKS[spec.stack];
  if (engine !== "modules") return engine;
  const split = spec.tensorParallel * spec.pipelineParallel * spec.contextParallel * spec.expertParallel;
  if (split === 1) return "modules";
  // Sequences alone are split by Ulysses where FSDP or ZeRO is asked for: the modules stay the library's own.
  const isUlysses = split === spec.contextParallel && ["fsdp", "zero2", "zero3"].includes(spec.sharding);
  if (isUlysses && layouts === "megatron") return "modules";
  return layouts === "megatron" ? "megatron" : "fsdp2";
}

/** How state is split over replicas: what a spec asks for, with `auto` resolved, and Megatron's own way. */
export type Sharding = Exclude<RunSpec["sharding"], "auto"> | "distributed optimizer";

/** What `auto` means: nothing where there is one replica, else FSDP, or Megatron's distributed optimizer. */
export function shardingOf(spec: RunSpec): Sharding {
  if (replicasOf(spec) <= 1 || spec.sharding === "none") return "none";
  if (engineOf(spec) === "megatron") return "distributed optimizer";
  return spec.sharding === "auto" ? "fsdp" : spec.sharding;
}

/** Weights, gradients and optimizer state are all split. */
export function isFullySharded(sharding: Sharding): boolean {
  return sharding === "fsdp" || sharding === "zero3";
}

/** How a model and its batch lie on the GPUs of a run. The product of tensor, pipeline, context and data is all of them. */
export type Layout = {
  tensor: number;
  pipeline: number;
  context: number;
  expert: number;
  /** GPUs that hold the same dense weights and share their optimizer state: those of one sequence are counted in. */
  replicas: number;
  /** GPUs that hold the same experts. */
  expertReplicas: number;
  /** GPUs that split one expert: those of `tensor` where enough GPUs are left for it. */
  expertTensor: number;
  /** Chunks of layers per pipeline stage: more than one where stages are interleaved. */
  virtualStages: number;
  /** Micro-batches whose activations the first stage holds at once. */
  inFlight: number;
};

/** Chunks per stage of recipes that interleave. */
const USUAL_CHUNKS = 4;

/** The layout that a run spec asks for; the usual chunks of its library per pipeline stage where nobody says how many. */
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
 * Micro-batches in flight on the first stage: one per stage of the pipeline, and with interleaving the part of one more.
 *
 * @source Korthikanti et al. 2022, arXiv:2205.05198, §4.2.3: L/p layers × p, interleaved × (1 + (p - 1) / (p·m))
 */
function inFlight({ pipelineParallel: p, gradAccum }: RunSpec, virtualStages: number): number {
  const interleaved = virtualStages > 1 ? 1 + (p - 1) / (p * virtualStages) : 1;
  return Math.min(p * interleaved, gradAccum);
}

/** Parameters of one GPU before any sharding over replicas: dense ones (the embedding among them) and routed experts. */
export type RankParams = { dense: number; experts: number; embedding: number };

/** Parameters that a GPU at either end of the pipeline holds: its layers, and the embedding or the head. */
export function rankParams(shape: ModelShape, layout: Layout): RankParams {
  const { tensor, pipeline, expert, expertTensor } = layout;
  const table = shape.vocab * shape.hidden;
  const all = Math.min(shape.paramCount, embeddingParamCount(shape));
  const experts = Math.min(expertParamCount(shape), shape.paramCount - all);
  // With a pipeline each end has one table, also where both are the same matrix.
  const embedding = (pipeline === 1 ? all : Math.min(all, table)) / tensor;
  const layers = Math.ceil(shape.layers / pipeline) / shape.layers;
  return {
    dense: ((shape.paramCount - all - experts) * layers) / tensor + embedding,
    experts: (experts * layers) / (expert * expertTensor),
    embedding,
  };
}

/** Of the parameters of a rank those that one GPU holds where replicas split them between each other. */
export function replicaShare({ dense, experts }: Omit<RankParams, "embedding">, layout: Layout): number {
  return dense / layout.replicas + experts / layout.expertReplicas;
}

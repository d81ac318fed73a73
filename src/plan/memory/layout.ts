import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { embeddingParamCount, expertParamCount } from "../model-parts.ts";

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

/** The layout that a run spec asks for. */
export function layoutOf(spec: RunSpec, virtualStages = 1): Layout {
  const { tensorParallel: tensor, pipelineParallel: pipeline, contextParallel: context, expertParallel: expert } = spec;
  const perStage = Math.max(1, spec.gpuCount / pipeline);
  const expertTensor = tensor * expert <= perStage ? tensor : 1;
  return {
    tensor,
    pipeline,
    context,
    expert,
    replicas: Math.max(1, perStage / tensor),
    expertReplicas: Math.max(1, perStage / (expert * expertTensor)),
    expertTensor,
    virtualStages,
    inFlight: inFlight(spec, virtualStages),
  };
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
  const embedding = (pipeline === 1 ? all : table) / tensor;
  const layers = Math.ceil(shape.layers / pipeline) / shape.layers;
  return {
    dense: ((shape.paramCount - all - experts) * layers) / tensor + embedding,
    experts: (experts * layers) / (expert * expertTensor),
    embedding,
  };
}

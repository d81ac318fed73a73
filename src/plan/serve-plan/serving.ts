import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { ServeSpec } from "../../domain/serve-spec.ts";
import type { ServeRun } from "../serve/serve-run.ts";

/** A spec with its model and GPU. */
export type Serving = { spec: ServeSpec; shape: ModelShape; gpu: Gpu };

/** One replica of a plan, as input to the estimator. */
export function serveRun({ spec, shape, gpu }: Serving): ServeRun {
  const { draftTokens, acceptedPerStep } = spec;
  return {
    shape,
    gpu,
    engine: spec.engine,
    engineEra: spec.engineEra,
    weights: spec.weights,
    kv: spec.kv,
    tensorParallel: spec.tensorParallel,
    pipelineParallel: spec.pipelineParallel,
    expertParallel: spec.expertParallel,
    maxRunning: spec.maxRunning,
    maxBatchedTokens: spec.maxBatchedTokens,
    memoryShare: spec.memoryShare,
    prefixHitShare: spec.prefixHitShare,
    adapters: { count: spec.adapters, rank: spec.adapterRank },
    inputTokens: { mean: spec.inputTokens, cv: spec.inputCv },
    outputTokens: { mean: spec.outputTokens, cv: spec.outputCv },
    ...(draftTokens === undefined || acceptedPerStep === undefined
      ? {}
      : { speculation: { draftTokens, acceptedPerStep } }),
  };
}

import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { engineOf } from "../layout/layout.ts";
import { adapterParams, adapterStateBytes } from "./memory-adapters.ts";
import { memoryFacts } from "./memory-facts.ts";

/**
 * Bytes needed to resume from a checkpoint: the trained weights and the optimizer state, in the formats and the places
 * in which the run holds them. Frozen weights are not written.
 */
export function checkpointBytes({ shape, spec: asked }: { shape: ModelShape; spec: RunSpec }): number {
  const spec: RunSpec = { ...asked, offload: "none" };
  const facts = memoryFacts(shape, spec);
  if (facts.trainsBase) return shape.paramCount * (facts.linearWeightBytes + facts.optimizerBytes);
  const run = { shape, spec, facts, engine: engineOf(spec) };
  const { dense, experts } = adapterParams(run);
  return (dense + experts) * (facts.adapterWeightBytes + adapterStateBytes(run));
}

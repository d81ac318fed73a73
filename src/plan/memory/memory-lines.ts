import type { MemoryLine } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { engineOf, layoutOf } from "../layout/layout.ts";
import { activationLines } from "./memory-activations.ts";
import { adapterLines } from "./memory-adapters.ts";
import { mergedExpertLines, unquantisedExpertsLine } from "./memory-experts.ts";
import { gatheredLines } from "./memory-gathered.ts";
import { line, type Rank, type Terms } from "./memory-line.ts";
import { logprobLine, lossLine } from "./memory-loss.ts";
import { stateLines } from "./memory-state.ts";

/**
 * Every term of the allocated peak, for each GPU that may be the fullest. Terms of zero bytes are omitted. The first
 * stage of a pipeline holds the activations of all micro-batches in flight, the last one those of one micro-batch and
 * the logits.
 *
 * @source training-model.md §1.1-1.7; Narayanan et al. 2021, arXiv:2104.04473 (1F1B and interleaved schedules)
 */
export function allocatedLines(terms: Terms): MemoryLine[][] {
  return ranksOf({ ...terms, shape: withoutHead(terms) }).map(linesOf);
}

/** A model with one output number per sequence has no matrix over the vocabulary. */
function withoutHead({ shape, spec }: Terms): ModelShape {
  if (!OBJECTIVES[spec.objective].isScalarHead || shape.tiedEmbeddings) return shape;
  const head = shape.vocab * shape.hidden;
  return {
    ...shape,
    paramCount: shape.paramCount - head,
    activeParamCount: shape.activeParamCount - head,
    tiedEmbeddings: true,
  };
}

/** The GPUs at both ends of the pipeline, or the only kind without one. */
function ranksOf(terms: Terms): Rank[] {
  const { shape, spec, facts } = terms;
  const engine = engineOf(spec);
  // Stages of `device_map` process a batch one after the other, so no micro-batch waits in any of them.
  const whole = layoutOf({ ...spec, pipelineParallel: spec.pipelineParallel * facts.stages }, facts.virtualStages);
  const over = (replicas: number): number => Math.max(1, replicas / facts.copies);
  const layout = { ...whole, replicas: over(whole.replicas), expertReplicas: over(whole.expertReplicas) };
  const rank: Rank = {
    ...terms,
    layout,
    engine,
    layers: Math.ceil(shape.layers / layout.pipeline),
    inFlight: 1,
    isLast: true,
  };
  if (layout.pipeline === 1) return [rank];
  return [{ ...rank, inFlight: facts.stages > 1 ? 1 : layout.inFlight, isLast: false }, rank];
}

function linesOf(rank: Rank): MemoryLine[] {
  const lines = [
    ...stateLines(rank),
    unquantisedExpertsLine(rank),
    ...mergedExpertLines(rank),
    ...adapterLines(rank),
    ...activationLines(rank),
    lossLine(rank),
    logprobLine(rank),
    ...gatheredLines(rank),
  ];
  return [...lines, gradientsSoFar(lines, rank.layers)].filter(({ bytes }) => bytes > 0);
}

/**
 * A backward frees the kept tensors of each layer and creates its gradients, so it holds the larger of the two; this
 * line is the excess over the kept tensors.
 * @source traced full training of Llama-3.1-8B and Mistral-7B: at the peak of the backward all gradients and no
 *   checkpoints are live
 */
function gradientsSoFar(lines: readonly MemoryLine[], layers: number): MemoryLine {
  const bytes = (wanted: (entry: MemoryLine) => boolean): number =>
    lines.reduce((sum, line) => sum + (wanted(line) ? line.bytes : 0), 0);
  const gradients = bytes(
    ({ id, instants }) => (id === "gradients" || id === "adapter-gradients") && !instants.includes("layer"),
  );
  // Without checkpoints the last layer's own tensors are still live.
  const kept = bytes(({ id }) => id === "checkpoints") + bytes(({ id }) => id === "activations") * (1 - 1 / layers);
  return line(
    "gradients-so-far",
    "gradients made so far",
    Math.max(0, gradients - kept),
    "gradients beyond the checkpoints that they replace",
    ["layer"],
  );
}

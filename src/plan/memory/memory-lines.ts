import type { MemoryLine } from "../../domain/memory-plan.ts";
import { activationLines } from "./memory-activations.ts";
import { gatheredLines } from "./memory-gathered.ts";
import { line, type Terms } from "./memory-line.ts";
import { logprobLine, lossLine } from "./memory-loss.ts";
import { unquantisedExpertsLine } from "./memory-experts.ts";
import { parallelLines } from "./memory-parallel.ts";
import { adapterLines, stateLines } from "./memory-state.ts";
import { engineOf } from "./parallel-facts.ts";

/**
 * Every term of the allocated peak of one GPU. Terms of zero bytes are left out.
 *
 * @source training-model.md §1.1-1.5
 */
export function allocatedLines(terms: Terms): MemoryLine[] {
  if (engineOf(terms.spec) !== "modules") return parallelLines(terms).filter(({ bytes }) => bytes > 0);
  const lines = [
    ...stateLines(terms),
    unquantisedExpertsLine(terms),
    ...adapterLines(terms),
    ...activationLines(terms),
    lossLine(terms),
    logprobLine(terms),
    ...gatheredLines(terms),
  ];
  return [...lines, gradientsSoFar(lines, terms.shape.layers)].filter(({ bytes }) => bytes > 0);
}

/**
 * A backward frees what it kept of each layer and makes that layer's gradients: it holds the larger of the two, which is
 * this much beyond what was kept.
 * @source traced full training of Llama-3.1-8B and Mistral-7B: at the peak of the backward all gradients and no checkpoints
 */
function gradientsSoFar(lines: readonly MemoryLine[], layers: number): MemoryLine {
  const bytes = (wanted: (each: MemoryLine) => boolean): number =>
    lines.reduce((sum, each) => sum + (wanted(each) ? each.bytes : 0), 0);
  const gradients = bytes(({ id, instants }) => id === "gradients" && !instants.includes("layer"));
  // Without checkpoints the last layer's own tensors are still there.
  const kept = bytes(({ id }) => id === "checkpoints") + bytes(({ id }) => id === "activations") * (1 - 1 / layers);
  return line(
    "gradients-so-far",
    "gradients made so far",
    Math.max(0, gradients - kept),
    "gradients beyond the checkpoints that they replace",
    ["layer"],
  );
}

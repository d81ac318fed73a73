import type { Refusal } from "../../domain/estimate.ts";
import type { MemoryLine } from "../../domain/memory-plan.ts";
import { activationLines, lossLine } from "./memory-activations.ts";
import type { Terms } from "./memory-line.ts";
import { adapterLines, gatheredLines, stateLines } from "./memory-state.ts";

/**
 * Every term of the allocated peak of one GPU. Terms of zero bytes are left out.
 *
 * @returns the lines, or a refusal where activations are kept and no measured value exists for the stack
 * @source training-model.md §1.1-1.5
 */
export function allocatedLines(terms: Terms): MemoryLine[] | Refusal {
  const activations = activationLines(terms);
  if ("refused" in activations) return activations;
  return [
    ...stateLines(terms),
    ...adapterLines(terms),
    ...activations,
    lossLine(terms),
    ...gatheredLines(terms),
  ].filter(({ bytes }) => bytes > 0);
}

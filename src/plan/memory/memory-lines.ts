import type { MemoryLine } from "../../domain/memory-plan.ts";
import { activationLines } from "./memory-activations.ts";
import { gatheredLines } from "./memory-gathered.ts";
import type { Terms } from "./memory-line.ts";
import { logprobLine, lossLine } from "./memory-loss.ts";
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
  return [
    ...stateLines(terms),
    ...adapterLines(terms),
    ...activationLines(terms),
    lossLine(terms),
    logprobLine(terms),
    ...gatheredLines(terms),
  ].filter(({ bytes }) => bytes > 0);
}

import type { MemoryLine } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { type FactOverrides, memoryFacts, type MemoryFacts } from "./memory-facts.ts";
import { allocatedLines } from "./memory-lines.ts";

/** What a run allocates: the facts that decide it, and its terms by GPU that may be the fullest. */
export type Allocations = { facts: MemoryFacts; ranks: readonly (readonly MemoryLine[])[] };

/** Answers that are kept for one model: a search over fleets asks for some hundreds. */
const MOST_KEPT = 2000;

const kept = new WeakMap<ModelShape, Map<string, Allocations>>();

/**
 * What a run allocates on any GPU; kept, since a search over fleets asks for the same layouts on every GPU. The key is all
 * that the terms are computed from, and the name of the GPU is not among it: the spec is that of `asComputedOn`.
 */
export function knownAllocations(shape: ModelShape, asked: RunSpec, overrides: FactOverrides | undefined): Allocations {
  const spec: RunSpec = { ...asked, gpu: "" };
  const answers = kept.get(shape) ?? new Map<string, Allocations>();
  kept.set(shape, answers);
  const key = JSON.stringify([spec, overrides]);
  const found = answers.get(key);
  if (found !== undefined) return found;
  const made = allocationsOf(shape, spec, overrides);
  if (answers.size >= MOST_KEPT) answers.clear();
  answers.set(key, made);
  return made;
}

function allocationsOf(asked: ModelShape, spec: RunSpec, overrides: FactOverrides | undefined): Allocations {
  const shape = asLoaded(asked, spec);
  const facts: MemoryFacts = { ...memoryFacts(shape, spec, overrides), ...overrides };
  return { facts, ranks: allocatedLines({ shape, spec, facts }) };
}

/** litgpt has a head of its own for every model, and copies a shared table into it. @source litgpt convert_hf_checkpoint.py */
function asLoaded(shape: ModelShape, { stack }: RunSpec): ModelShape {
  if (stack !== "litgpt" || !shape.tiedEmbeddings) return shape;
  return { ...shape, tiedEmbeddings: false, paramCount: shape.paramCount + shape.vocab * shape.hidden };
}

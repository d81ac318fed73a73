import type { MemoryLine } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { type FactOverrides, memoryFacts, type MemoryFacts } from "./memory-facts.ts";
import { allocatedLines } from "./memory-lines.ts";

/** Allocations of a run: the facts that determine them, and the terms for each GPU that may be the fullest. */
export type Allocations = { facts: MemoryFacts; ranks: readonly (readonly MemoryLine[])[] };

/** Number of cached results per model; a fleet search needs several hundred. */
const MOST_KEPT = 2000;

const kept = new WeakMap<ModelShape, Map<string, Allocations>>();

/**
 * Allocations of a run on any GPU, cached because a fleet search computes the same layouts for every GPU. The key is
 * everything that the terms depend on, without the name of the GPU; the spec is that of `asComputedOn`.
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

/**
 * litgpt has a separate head for every model, and copies a tied table into it. @source litgpt convert_hf_checkpoint.py
 */
function asLoaded(shape: ModelShape, { stack }: RunSpec): ModelShape {
  if (stack !== "litgpt" || !shape.tiedEmbeddings) return shape;
  return { ...shape, tiedEmbeddings: false, paramCount: shape.paramCount + shape.vocab * shape.hidden };
}

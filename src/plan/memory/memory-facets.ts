import type { MemoryKind } from "../../domain/memory-plan.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import type { Facets, Ladder } from "../calibration/calibration.ts";
import { engineOf, shardingOf } from "../layout/layout.ts";

/** Facets of a run on which the error of its memory peak is likely to depend. */
export function memoryFacets(
  run: { shape: { experts: unknown }; spec: RunSpec; isOfUnknownStack?: boolean | undefined },
  kind: MemoryKind,
): Facets {
  const { shape, spec } = run;
  const row = OBJECTIVES[spec.objective].row;
  const unknown = run.isOfUnknownStack ? "unknown" : undefined;
  return {
    library: run.isOfUnknownStack ? "unknown" : "known",
    kind,
    card: kind === "allocated" ? "tensors" : "card",
    stack: unknown ?? spec.stack,
    family: unknown ?? (engineOf(spec) === "megatron" ? "megatron" : STACKS[spec.stack].family),
    method: isFull(spec) ? "full" : spec.method === "qlora" ? "qlora" : "adapter",
    objective: row === "prompt" ? "rl" : row === "text" ? "text" : "preference",
    lengths: spec.packing ? "fixed lengths" : "varying lengths",
    checkpointing: spec.checkpointing === "none" ? "no checkpoints" : "checkpoints",
    sharding: shardingOf(spec) === "none" ? "unsharded" : "sharded",
    experts: shape.experts === null ? "dense" : "experts",
  };
}

/**
 * Cells of memory from narrow to wide. The kind of number is kept, except that reserved and device are merged, because
 * sources rarely distinguish them. Of the other facets, the last one dropped is whether the base model is trained,
 * quantised or frozen, because it determines which terms exist.
 */
export const MEMORY_LADDER: Ladder = [
  ["library", "kind", "stack", "method", "objective", "lengths", "checkpointing", "sharding", "experts"],
  ["library", "kind", "family", "method", "objective", "lengths", "checkpointing", "sharding", "experts"],
  ["library", "card", "family", "method", "objective", "checkpointing", "sharding", "experts"],
  ["library", "card", "family", "method", "objective", "experts"],
  ["library", "card", "method", "experts"],
  ["library", "card", "method"],
  ["library", "card"],
];

import type { Gpu } from "../../domain/gpu.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import type { Facets, Ladder } from "../calibration/calibration.ts";
import { gpuFamily, type SpeedStack } from "./speed-stack.ts";

/** What kind of run a speed is of, as far as its error is likely to depend on it. */
export function speedFacets({
  shape,
  spec,
  gpu,
  stack,
}: {
  stack?: SpeedStack | undefined;
  shape: { experts: unknown };
  spec: RunSpec;
  gpu: Pick<Gpu, "id" | "vendor">;
}): Facets {
  const row = OBJECTIVES[spec.objective].row;
  return {
    gpu: gpuFamily(gpu.id),
    vendor: gpu.vendor,
    stack: stack ?? spec.stack,
    method:
      spec.method === "full" || spec.method === "pretrain" ? "full" : spec.method === "qlora" ? "qlora" : "adapter",
    objective: row === "prompt" ? "rl" : row === "text" ? "text" : "preference",
    precision: spec.precision === "fp8" || spec.precision === "nvfp4" ? spec.precision : "bf16",
    lengths: spec.packing ? "full sequences" : "padded rows",
    experts: shape.experts === null ? "dense" : "experts",
  };
}

/**
 * Cells of speed from narrow to wide: library and data move speed more than the GPU does, whose rates physics knows, so
 * that the GPU is given up first. It stays in the narrowest cell, where a user's own measurements stand.
 *
 * @accuracy chosen with the votes of `POOLING` by nested leave-one-source-out (training-model.md §3.3)
 */
export const SPEED_LADDER: Ladder = [
  ["gpu", "stack", "method", "objective", "precision", "lengths", "experts"],
  ["stack", "method", "objective", "precision", "lengths", "experts"],
  ["stack", "objective", "precision", "lengths", "experts"],
  ["stack", "objective", "experts"],
  ["objective", "experts"],
  ["vendor"],
];

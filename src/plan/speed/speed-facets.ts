import type { Gpu } from "../../domain/gpu.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import type { Facets, Ladder } from "../calibration/calibration.ts";
import { gpuFamily, type SpeedStack } from "./speed-stack.ts";

/** Modelling code that each library trains: Transformers', its own modules or kernels, or Megatron-Core's. */
const FAMILIES: Readonly<Record<SpeedStack, string>> = {
  hf: "transformers",
  axolotl: "transformers",
  "llama-factory": "transformers",
  "ms-swift": "transformers",
  verl: "transformers",
  xtuner: "transformers",
  paddlenlp: "transformers", // own modelling code, derived from Transformers'
  unsloth: "fused transformers",
  torchtune: "pytorch",
  torchtitan: "pytorch",
  automodel: "pytorch",
  litgpt: "pytorch",
  "llm-foundry": "pytorch",
  "fms-fsdp": "pytorch",
  nemo: "megatron",
  unknown: "unknown",
};

/** Facets of a run on which the error of its speed is likely to depend. */
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
  const library = stack ?? spec.stack;
  return {
    library: library === "unknown" ? "unknown" : "known",
    gpu: gpuFamily(gpu.id),
    vendor: gpu.vendor,
    stack: library,
    family: FAMILIES[library],
    method: isFull(spec) ? "full" : spec.method === "qlora" ? "qlora" : "adapter",
    // No speeds of preference pairs are published: their forwards come from physics, the rest from supervised steps.
    rows: OBJECTIVES[spec.objective].row === "prompt" ? "sampled answers" : "given rows",
    precision: spec.precision === "fp8" || spec.precision === "nvfp4" ? spec.precision : "bf16",
    lengths: spec.packing ? "full sequences" : "padded rows",
    experts: shape.experts === null ? "dense" : "experts",
  };
}

/**
 * Cells of speed from narrow to wide. Library and data affect speed more than the GPU, whose rates are part of the
 * physics, so the GPU is dropped first. It stays in the narrowest cell, which contains a user's own measurements. A
 * library affects the speed of every method, model and precision, so it is dropped after those, in favour of its
 * family. The vendor is dropped after the library: the share of a vendor's rates that a library reaches depends on
 * kernels that do not run on other vendors' GPUs. Whether answers are sampled is dropped last, because sampling is most
 * of such a step.
 *
 * @accuracy determined with the votes of `POOLING` by leave-one-source-out (training-model.md §3.3)
 */
export const SPEED_LADDER: Ladder = [
  ["library", "gpu", "vendor", "stack", "method", "rows", "precision", "lengths", "experts"],
  ["library", "vendor", "stack", "method", "rows", "precision", "lengths", "experts"],
  ["library", "vendor", "stack", "rows", "experts"],
  ["library", "vendor", "stack", "rows"],
  ["library", "vendor", "family", "rows"],
  ["library", "rows"],
  ["library", "vendor"],
];

import type { Gpu } from "../../domain/gpu.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import type { Facets, Ladder } from "../calibration/calibration.ts";
import { gpuFamily, type SpeedStack } from "./speed-stack.ts";

/** Stacks that train Transformers' modelling code, those with modules or kernels of their own, and Megatron-Core. */
const FAMILIES: Readonly<Record<SpeedStack, string>> = {
  hf: "transformers",
  axolotl: "transformers",
  "llama-factory": "transformers",
  "ms-swift": "transformers",
  verl: "transformers",
  xtuner: "transformers",
  paddlenlp: "transformers", // modelling code of its own after Transformers'
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

/** Facets of the kind of run on which the error of a speed is likely to depend. */
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
    // No speed of preference pairs was published: their forwards are physics, and the rest is that of supervised steps.
    rows: OBJECTIVES[spec.objective].row === "prompt" ? "sampled answers" : "given rows",
    precision: spec.precision === "fp8" || spec.precision === "nvfp4" ? spec.precision : "bf16",
    lengths: spec.packing ? "full sequences" : "padded rows",
    experts: shape.experts === null ? "dense" : "experts",
  };
}

/**
 * Cells of speed from narrow to wide: library and data affect speed more than the GPU, whose rates physics knows, so
 * the GPU is given up first. It stays in the narrowest cell, which contains a user's own measurements. A library
 * affects the speed of every method, model and precision, so the library is given up after those, in favour of its
 * family, and the vendor after it: the share of a vendor's rates that a library reaches depends on kernels that other
 * vendors' GPUs do not run. Whether answers are sampled is given up last, because sampling is most of such a step.
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

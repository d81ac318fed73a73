import type { Gpu } from "../../domain/gpu.ts";
import type { RunSpec } from "../../domain/run-spec.ts";

/** Formats that bitsandbytes produces when loading a model; GPTQ and AWQ checkpoints have their own kernels. */
const BITSANDBYTES: readonly RunSpec["quantisation"][] = ["nf4", "nf4-double", "int8"];

/** Generations before Ampere, for which FlashAttention 2 has no kernels. @source Dao-AILab/flash-attention, README */
const BEFORE_AMPERE: readonly Gpu["generation"][] = ["pascal", "volta", "turing"];

/** Features of a run that a GPU does not support, or that hardly any published run has tried. */
export function gpuNotes(
  { method, quantisation, attention, precision }: Pick<RunSpec, "method" | "quantisation" | "attention" | "precision">,
  { id, vendor, generation, bf16Native }: Gpu,
): string[] {
  return [
    ...(vendor === "AMD" && method === "qlora" && BITSANDBYTES.includes(quantisation)
      ? [
          `4-bit weights need a bitsandbytes build for ROCm on ${id}; AMD's own Llama 2 7B run on MI300X is the only published one here, so test it before you rent`,
        ]
      : []),
    ...(!bf16Native && precision === "fp16" ? [`${id} has no bf16: the run is in fp16, with its loss scaled`] : []),
    ...(attention === "flash" && BEFORE_AMPERE.includes(generation)
      ? [`FlashAttention 2 has no kernels for ${id}: torch's own attention is used (--attention sdpa)`]
      : []),
  ];
}

/**
 * A run as a GPU can compute it: with torch's own attention before Ampere, and with fp16 if the GPU has no bf16. A bf16
 * plan is refused there (`impossibleRun`); in a row of measurements bf16 then means fp16, or was emulated.
 */
export function asComputedOn(spec: RunSpec, { bf16Native, generation }: Gpu): RunSpec {
  const precision = !bf16Native && isBf16(spec.precision) ? "fp16" : spec.precision;
  const attention = spec.attention === "flash" && BEFORE_AMPERE.includes(generation) ? "sdpa" : spec.attention;
  if (precision === spec.precision && attention === spec.attention) return spec;
  return { ...spec, precision, attention };
}

function isBf16(precision: RunSpec["precision"]): boolean {
  return precision === "bf16" || precision === "bf16-mixed";
}

import type { Gpu } from "../domain/gpu.ts";
import type { RunSpec } from "../domain/run-spec.ts";

/** What a run asks of the software of a GPU that hardly any published run has tried. */
export function gpuNotes({ method }: Pick<RunSpec, "method">, { id, vendor }: Gpu): string[] {
  if (vendor !== "AMD" || method !== "qlora") return [];
  return [
    `4-bit weights need a bitsandbytes build for ROCm on ${id}; AMD's own Llama 2 7B run on MI300X is the only published one here, so try it before you book`,
  ];
}

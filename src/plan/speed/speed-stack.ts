import type { RunSpec } from "../../domain/run-spec.ts";

/**
 * Training libraries with measured speed: those of a run spec, and others from published measurements; `unknown` is a
 * library without measurements.
 */
export type SpeedStack = RunSpec["stack"] | "xtuner" | "paddlenlp" | "fms-fsdp" | "unknown";

/** Family of a GPU id: `A100-80GB-SXM` is `A100`, `RTX-4090` is unchanged. */
export function gpuFamily(gpuId: string): string {
  const id = gpuId.toUpperCase().replaceAll(/[\s_]+/g, "-");
  return id.split("-", id.startsWith("RTX-") ? 2 : 1).join("-");
}

import type { Gpu } from "../../domain/gpu.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";

/** Numbers of GPUs to try: within one machine, then complete machines. */
export const FLEET_COUNTS = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const;

/** GPU counts that a search tries, in order, including the count that a plan states. */
export function fleetCounts({ maxGpus, statedGpus }: { maxGpus: number; statedGpus?: number | undefined }): number[] {
  const usual = FLEET_COUNTS.filter((count) => count <= maxGpus);
  return [...new Set<number>([...usual, ...(statedGpus === undefined ? [] : [statedGpus])])].toSorted((a, b) => a - b);
}

/** A number of GPUs and the layout of a run on them. */
export type FleetLayout = Pick<RunSpec, "gpuCount" | "sharding" | "tensorParallel" | "pipelineParallel">;

/** Machines that contain a number of GPUs. */
export function nodeCount({ nodeGpus }: Pick<Gpu, "nodeGpus">, gpuCount: number): number {
  return Math.ceil(gpuCount / nodeGpus);
}

/**
 * The layouts of a run on a number of GPUs that its library supports: every sharding, or the requested one; with
 * Megatron, also every tensor and pipeline split within a machine.
 */
export function fleetLayouts(spec: RunSpec, gpu: Pick<Gpu, "nodeGpus">, gpuCount: number): FleetLayout[] {
  const { stack, sharding, tensorParallel, pipelineParallel } = spec;
  if (gpuCount === 1) return [{ gpuCount, sharding: "none", tensorParallel: 1, pipelineParallel: 1 }];
  const shardings = sharding === "auto" ? STACKS[stack].shardings : [sharding];
  const isStated = tensorParallel > 1 || pipelineParallel > 1;
  const splits =
    stack === "nemo" && !isStated
      ? splitsWithin(Math.min(gpuCount, gpu.nodeGpus))
      : [{ tensorParallel, pipelineParallel }];
  return shardings.flatMap((sharding) => splits.map((split) => ({ gpuCount, sharding: sharding, ...split })));
}

/** Powers of two of tensor and pipeline parallelism whose product is at most a number of GPUs. */
function splitsWithin(gpus: number): Pick<FleetLayout, "tensorParallel" | "pipelineParallel">[] {
  const powers = [1, 2, 4, 8].filter((value) => value <= gpus);
  return powers.flatMap((tensorParallel) =>
    powers
      .filter((pipelineParallel) => tensorParallel * pipelineParallel <= gpus)
      .map((pipelineParallel) => ({ tensorParallel, pipelineParallel })),
  );
}

/** Number of data-parallel ranks; not an integer if the splits do not divide the GPUs. */
export function dataParallel({ gpuCount, tensorParallel, pipelineParallel }: FleetLayout, spec: RunSpec): number {
  return gpuCount / (tensorParallel * pipelineParallel * spec.contextParallel);
}

/** Text of a layout: `fsdp`, `zero1, TP 4 × PP 2`. */
export function layoutText({
  sharding,
  tensorParallel,
  pipelineParallel,
}: {
  sharding: string;
  tensorParallel: number;
  pipelineParallel: number;
}): string {
  const splits = [
    ...(tensorParallel > 1 ? [`TP ${tensorParallel}`] : []),
    ...(pipelineParallel > 1 ? [`PP ${pipelineParallel}`] : []),
  ];
  if (splits.length === 0) return sharding;
  return sharding === "none" ? splits.join(" × ") : `${sharding}, ${splits.join(" × ")}`;
}

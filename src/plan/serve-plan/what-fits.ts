import type { Gpu } from "../../domain/gpu.ts";
import { replicaOf } from "../serve/replica.ts";
import { serveMemory } from "../serve/serve-memory.ts";
import { type Serving, serveRun } from "./serving.ts";

/** Splits to try, in ascending order. */
const SPLITS = [2, 4, 8, 16, 32, 64] as const;

/**
 * Suggestions for a model that does not fit: the smallest tensor parallelism on the same GPU, the smallest other GPU
 * with the current split, and 8-bit weights.
 *
 * @param gpus  GPUs that may be suggested
 * @returns undefined if none of these helps
 */
export function whatFits(serving: Serving, gpus: readonly Gpu[]): string | undefined {
  const { spec, shape, gpu } = serving;
  const most = Math.max(gpu.nodeGpus, gpu.linkGpus);
  const split = SPLITS.find(
    (count) =>
      count > spec.tensorParallel &&
      count <= most &&
      shape.heads % count === 0 &&
      fits({ ...serving, spec: { ...spec, tensorParallel: count } }),
  );
  const larger = gpus
    .filter((entry) => entry.memoryGib > gpu.memoryGib && fits({ ...serving, gpu: entry }))
    .toSorted((a, b) => a.memoryGib - b.memoryGib || (a.vendor === gpu.vendor ? -1 : 1))[0];
  const eight = spec.weights === "bf16" && fits({ ...serving, spec: { ...spec, weights: "fp8" } });
  const ways = [
    split === undefined ? undefined : `--tensor-parallel ${split}`,
    larger === undefined ? undefined : `--gpu ${larger.id}`,
    eight ? "--weights fp8" : undefined,
  ].filter((part) => part !== undefined);
  return ways.length === 0 ? undefined : `it fits with ${ways.join(", or ")}`;
}

/** The smallest tensor parallelism within a machine at which a model fits; the spec's own if it fits at none. */
export function smallestSplit(serving: Serving): number {
  return fittingSplits(serving)[0] ?? serving.spec.tensorParallel;
}

/** Degrees of tensor parallelism within one machine at which a model fits with the cache of a request, ascending. */
export function fittingSplits(serving: Serving): number[] {
  const { spec, shape, gpu } = serving;
  const most = Math.max(gpu.nodeGpus, gpu.linkGpus);
  return [1, ...SPLITS].filter(
    (count) =>
      count <= most && shape.heads % count === 0 && fits({ ...serving, spec: { ...spec, tensorParallel: count } }),
  );
}

/** Largest pipeline size to try, in machines. */
const MOST_MACHINES = 8;

/**
 * The smallest pipeline over whole machines on which a model fits that does not fit on one machine; otherwise
 * undefined.
 */
export function smallestPipeline(serving: Serving): number | undefined {
  const { spec, shape, gpu } = serving;
  const tensorParallel = gpu.nodeGpus;
  if (shape.heads % tensorParallel !== 0) return undefined;
  for (let pipelineParallel = 2; pipelineParallel <= MOST_MACHINES; pipelineParallel++)
    if (fits({ ...serving, spec: { ...spec, tensorParallel, pipelineParallel } })) return pipelineParallel;
  return undefined;
}

function fits(serving: Serving): boolean {
  return !("refused" in serveMemory(replicaOf(serveRun(serving))));
}

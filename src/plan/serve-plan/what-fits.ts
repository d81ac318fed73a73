import type { Gpu } from "../../domain/gpu.ts";
import { replicaOf } from "../serve/replica.ts";
import { serveMemory } from "../serve/serve-memory.ts";
import { type Serving, serveRun } from "./serving.ts";

/** Splits that are tried, in order. */
const SPLITS = [2, 4, 8, 16, 32, 64] as const;

/**
 * What would hold a model that does not fit: the least tensor parallelism on the same GPU, the smallest other GPU that
 * takes it as it is split now, and eight bits a weight.
 *
 * @param gpus  GPUs that may be named
 * @returns undefined where nothing of these helps
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
    .filter((each) => each.memoryGib > gpu.memoryGib && fits({ ...serving, gpu: each }))
    .toSorted((a, b) => a.memoryGib - b.memoryGib || (a.vendor === gpu.vendor ? -1 : 1))[0];
  const eight = spec.weights === "bf16" && fits({ ...serving, spec: { ...spec, weights: "fp8" } });
  const ways = [
    split === undefined ? undefined : `--tensor-parallel ${split}`,
    larger === undefined ? undefined : `--gpu ${larger.id}`,
    eight ? "--weights fp8" : undefined,
  ].filter((each) => each !== undefined);
  return ways.length === 0 ? undefined : `it fits with ${ways.join(", or ")}`;
}

/** The least tensor parallelism of a machine that holds a model; that of the spec where none does. */
export function smallestSplit(serving: Serving): number {
  const { spec, shape, gpu } = serving;
  const most = Math.max(gpu.nodeGpus, gpu.linkGpus);
  const found = [1, ...SPLITS].find(
    (count) =>
      count <= most && shape.heads % count === 0 && fits({ ...serving, spec: { ...spec, tensorParallel: count } }),
  );
  return found ?? spec.tensorParallel;
}

function fits(serving: Serving): boolean {
  return !("refused" in serveMemory(replicaOf(serveRun(serving))));
}

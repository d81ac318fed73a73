import { formatNumber } from "../../base/units.ts";
import type { Gpu } from "../../domain/gpu.ts";
import { impossibleRun } from "../layout/check-run.ts";
import type { TrainRun } from "../memory/memory.ts";
import { splitGroup, withRolloutBatch } from "../layout/rollout-batch.ts";
import { dataParallel, fleetCounts, type FleetLayout, fleetLayouts } from "./fleet-layout.ts";
import type { FleetRequest } from "./fleet-request.ts";
import { type MicroBatch, microBatches } from "./micro-batch.ts";

/**
 * A GPU with a layout, and the micro-batches that make up the optimizer step on it. `refused` is set if it cannot run,
 * `isOfGpu` if no layout on that GPU can.
 */
export type LaidOut = {
  gpu: Gpu;
  layout: FleetLayout;
  batches: MicroBatch[];
  refused: { reason: "impossible" | "batch-split"; why: string; isOfGpu?: boolean } | undefined;
};

/** Every GPU at every count, in every layout that the run's library supports. */
export function enumerateFleets(request: FleetRequest): LaidOut[] {
  return request.gpus.flatMap((gpu) =>
    gpuCounts(request, gpu).flatMap((gpuCount) =>
      fleetLayouts(request.spec, gpu, gpuCount).map((layout) => laidOut(request, gpu, layout)),
    ),
  );
}

/**
 * The counts of a GPU to try: the usual ones, limited for owned GPUs to the number that exist, and that number itself.
 */
export function gpuCounts(request: FleetRequest, gpu: Gpu): number[] {
  const owned = request.ownedGpus?.get(gpu.id);
  const counts = fleetCounts(request);
  if (owned === undefined) return counts;
  const within = counts.filter((count) => count < owned);
  return owned > request.maxGpus ? within : [...within, owned];
}

function laidOut(request: FleetRequest, gpu: Gpu, layout: FleetLayout): LaidOut {
  const { spec, globalBatch } = request;
  const { batchSequences, gradAccum } = withRolloutBatch({ ...spec, ...layout });
  const asked: MicroBatch = { batchSequences, gradAccum };
  const ranks = dataParallel(layout, spec);
  if (!Number.isInteger(ranks)) {
    const split = layout.gpuCount / ranks;
    const why = `its layout needs a multiple of ${split} GPUs`;
    return { gpu, layout, batches: [asked], refused: { reason: "impossible", why } };
  }
  const perGpu = gradAccum === spec.gradAccum ? layout.gpuCount / ranks : 1;
  const perRank = globalBatch === undefined ? batchSequences * gradAccum * perGpu : globalBatch / ranks;
  if (!Number.isInteger(perRank)) {
    const why = `${formatNumber(globalBatch ?? 0, 9)} sequences per step cannot be divided among ${ranks} ranks`;
    return { gpu, layout, batches: [asked], refused: { reason: "batch-split", why } };
  }
  const batches = microBatches(perRank);
  const { spec: smallest } = fleetRun(request, { gpu, layout }, batches[0]!);
  const split = splitGroup(smallest, request.volume.rollouts);
  if (split) return { gpu, layout, batches, refused: { reason: "batch-split", why: split.message } };
  const found = impossibleRun(request.shape, smallest, gpu);
  const refused =
    found === undefined
      ? undefined
      : ({
          reason: "impossible",
          why: `${found.message}; ${found.hint}`,
          isOfGpu: found.field === "precision",
        } as const);
  return { gpu, layout, batches, refused };
}

/** The run on a fleet with a micro-batch. */
export function fleetRun(
  { shape, spec, calibration }: Pick<FleetRequest, "shape" | "spec" | "calibration">,
  { gpu, layout }: Pick<LaidOut, "gpu" | "layout">,
  batch: MicroBatch,
): TrainRun {
  return { shape, gpu, calibration, spec: { ...spec, ...layout, ...batch, gpu: gpu.id } };
}

import { formatNumber, formatRange } from "../../base/units.ts";
import type { PriceNote } from "../../catalog/price-note.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec, TrainVolume } from "../../domain/run-spec.ts";
import type { FleetOption } from "../../domain/study.ts";
import type { Calibration } from "../calibration/calibration.ts";
import { gpuNotes } from "../gpu-notes.ts";
import { trainMemory, type TrainRun } from "../memory/memory.ts";
import { runCost } from "../run-cost.ts";
import { runTime } from "../speed/run-time.ts";
import { FLEET_COUNTS } from "./fleet-layout.ts";
import { reasonOf } from "./fleet-reason.ts";
import { withMicroBatch } from "./micro-batch.ts";

/** Bytes of full-precision state shrink with the count until checkpoints and logits remain: more than this helps none. */
const DEFAULT_MAX_GPUS = 64;

const ORDER: Readonly<Record<FleetOption["fits"], number>> = { yes: 0, tight: 1, unknown: 2, no: 3 };

/**
 * Fleets that could train a run: each GPU at 1, 2, 4, 8, ... cards, with what one run needs and costs on it.
 *
 * @returns those that fit first, by their median cost to two digits and then by fewer cards; then tight ones, unknown ones, and
 *   those that do not fit, each with its reason. Among those that fit alike, GPUs whose only price is an old published
 *   range come after the others. Of counts that do not fit only the largest tried of a GPU is kept.
 */
export function searchFleets(request: {
  shape: ModelShape;
  spec: RunSpec;
  volume: TrainVolume;
  calibration?: Calibration | undefined;
  gpus: readonly Gpu[];
  priceOf: (gpuId: string) => Quantity;
  /** What is weak about the price of a GPU. */
  priceNoteOf?: ((gpuId: string) => PriceNote | undefined) | undefined;
  maxGpus?: number | undefined;
}): FleetOption[] {
  const counts = FLEET_COUNTS.filter((count) => count <= (request.maxGpus ?? DEFAULT_MAX_GPUS));
  const options = request.gpus.flatMap((gpu) => {
    const price = request.priceOf(gpu.id);
    const note = request.priceNoteOf?.(gpu.id);
    const tried = counts.map((gpuCount) => fleetOption(request, { gpu, gpuCount, price, note }));
    const failed = tried.filter(({ fits }) => fits === "no");
    return tried.filter(({ fits }) => fits !== "no").concat(failed.slice(-1));
  });
  const isOld = ({ gpu }: FleetOption): number => Number(request.priceNoteOf?.(gpu)?.isOld ?? false);
  return options.toSorted(
    (a, b) =>
      ORDER[a.fits] - ORDER[b.fits] ||
      isOld(a) - isOld(b) ||
      roughly(median(a.cost)) - roughly(median(b.cost)) ||
      a.gpuCount - b.gpuCount,
  );
}

/**
 * One fleet for a run, with what the run needs and costs on it. Where the run does not fit at p90 with its own
 * micro-batch, a smaller one with gradient accumulation is taken: the batch of an optimizer step stays.
 */
export function fleetOption(
  { shape, spec, volume, calibration }: Omit<TrainRun, "gpu"> & { volume: TrainVolume },
  { gpu, gpuCount, price, note }: { gpu: Gpu; gpuCount: number; price: Quantity; note: PriceNote | undefined },
): FleetOption {
  const sharding: RunSpec["sharding"] = gpuCount === 1 ? "none" : spec.sharding;
  const asked: TrainRun = { shape, spec: { ...spec, gpu: gpu.id, gpuCount, sharding }, gpu, calibration };
  const { memory, ...run } = withMicroBatch(asked);
  const { hours, gpuHours } = runTime(run, volume);
  return {
    gpu: gpu.id,
    gpuCount,
    sharding: memory.sharding,
    tensorParallel: run.spec.tensorParallel,
    pipelineParallel: run.spec.pipelineParallel,
    batchSequences: run.spec.batchSequences,
    gradAccum: run.spec.gradAccum,
    memory: memory.device,
    fits: memory.fits,
    hours,
    usdPerGpuHour: price,
    cost: runCost(gpuHours, price),
    reason: `${reasonOf(memory)}${batchText(run.spec, asked)}`,
    notes: [...(note === undefined ? [] : [note.text]), ...gpuNotes(spec, gpu)],
  };
}

/** How the micro-batch differs from the one that was asked for, or nothing. */
function batchText({ batchSequences, gradAccum }: RunSpec, asked: TrainRun): string {
  if (batchSequences === asked.spec.batchSequences) return "";
  const { device, capacityGib } = trainMemory(asked);
  const needs = isRefusal(device)
    ? ""
    : `, which needs ${formatRange(device.p10, device.p90)} of ${formatNumber(capacityGib)}`;
  return `; micro-batch ${batchSequences} with ${gradAccum} accumulation steps in place of ${asked.spec.batchSequences} sequences at once${needs}: the batch of an optimizer step is the same`;
}

function median(quantity: Quantity): number {
  return isRefusal(quantity) ? Number.POSITIVE_INFINITY : quantity.p50;
}

/** A cost to two digits: what differs less is as cheap, and fewer cards are simpler. */
function roughly(usd: number): number {
  return Number.isFinite(usd) ? Number(usd.toPrecision(2)) : Number.MAX_VALUE;
}

import { formatNumber, formatRange } from "../../base/units.ts";
import type { PriceNote } from "../../catalog/price-note.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec, TrainVolume } from "../../domain/run-spec.ts";
import type { FleetOption } from "../../domain/study.ts";
import { gpuNotes } from "../gpu-notes.ts";
import { trainMemory } from "../memory/memory.ts";
import { runCost } from "../run-cost.ts";
import { runTime } from "../speed/run-time.ts";

/** GPU counts that are tried: those of one node, then whole nodes. */
const COUNTS = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const;

/** Bytes of full-precision state shrink with the count until checkpoints and logits remain: more than this helps none. */
const DEFAULT_MAX_GPUS = 64;

const ORDER: Readonly<Record<FleetOption["fits"], number>> = { yes: 0, tight: 1, unknown: 2, no: 3 };

/**
 * Fleets that could train a run: each GPU at 1, 2, 4, 8, ... cards, with what one run needs and costs on it.
 *
 * @returns those that fit first, by their median cost and then by fewer cards; then tight ones, unknown ones, and
 *   those that do not fit, each with its reason. Among those that fit alike, GPUs whose only price is an old published
 *   range come after the others. Of counts that do not fit only the largest tried of a GPU is kept.
 */
export function searchFleets(request: {
  shape: ModelShape;
  spec: RunSpec;
  volume: TrainVolume;
  gpus: readonly Gpu[];
  priceOf: (gpuId: string) => Quantity;
  /** What is weak about the price of a GPU. */
  priceNoteOf?: ((gpuId: string) => PriceNote | undefined) | undefined;
  maxGpus?: number | undefined;
}): FleetOption[] {
  const counts = COUNTS.filter((count) => count <= (request.maxGpus ?? DEFAULT_MAX_GPUS));
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
      median(a.cost) - median(b.cost) ||
      a.gpuCount - b.gpuCount,
  );
}

/** One fleet for a run, with what the run needs and costs on it. */
export function fleetOption(
  { shape, spec, volume }: { shape: ModelShape; spec: RunSpec; volume: TrainVolume },
  { gpu, gpuCount, price, note }: { gpu: Gpu; gpuCount: number; price: Quantity; note: PriceNote | undefined },
): FleetOption {
  const sharding: RunSpec["sharding"] = gpuCount === 1 ? "none" : spec.sharding;
  const run = { shape, spec: { ...spec, gpu: gpu.id, gpuCount, sharding }, gpu };
  const memory = trainMemory(run);
  const { hours, gpuHours } = runTime(run, volume);
  return {
    gpu: gpu.id,
    gpuCount,
    sharding: memory.sharding,
    memory: memory.device,
    fits: memory.fits,
    hours,
    usdPerGpuHour: price,
    cost: runCost(gpuHours, price),
    reason: reasonOf(memory),
    notes: [...(note === undefined ? [] : [note.text]), ...gpuNotes(spec, gpu)],
  };
}

function reasonOf({ device, capacityGib, fits, peak, sharding, lines }: MemoryPlan): string {
  if (isRefusal(device)) return device.refused;
  const needs = `needs ${formatRange(device.p10, device.p90)} of ${formatNumber(capacityGib)} GiB`;
  if (fits === "yes") return needs;
  const largest = lines
    .filter(({ instants }) => peak !== null && instants.includes(peak))
    .toSorted((a, b) => b.bytes - a.bytes)[0]!;
  const remedy =
    sharding === "none"
      ? "shard it over more GPUs, or lower the batch or sequence"
      : "lower the batch or sequence, or use more GPUs";
  return `${needs}, most of it ${largest.label}: ${remedy}`;
}

function median(quantity: Quantity): number {
  return isRefusal(quantity) ? Number.POSITIVE_INFINITY : quantity.p50;
}

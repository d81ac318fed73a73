import { findGpu } from "../../catalog/gpus.ts";
import type { Estimate } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import type { Programme } from "../../domain/programme.ts";

/** GPUs of one kind that a programme states for its training, and their cost per hour if stated. */
type Machines = { gpu: Gpu; gpuCount: number | undefined; gpuUsdPerHour: string | undefined; field: string };

/**
 * Kinds of GPUs on which a programme must be served because data may not leave the premises: those that it states for
 * its training. Undefined if data may leave, or no GPU is stated.
 */
export function ownMachines(programme: Programme): Gpu[] | undefined {
  const machines = machinesOf(programme);
  return machines.length === 0 ? undefined : [...new Map(machines.map(({ gpu }) => [gpu.id, gpu])).values()];
}

/** Stated cost per hour of such a GPU; undefined if there is none. */
export function ownedPrice(programme: Programme, gpu: string): Estimate | undefined {
  const stated = machinesOf(programme).find(
    (machines) => machines.gpu.id === gpu && machines.gpuUsdPerHour !== undefined,
  );
  if (stated === undefined) return undefined;
  return pointEstimate(Number(stated.gpuUsdPerHour), "USD", `programme.yaml: ${stated.field}`);
}

/** Number of such GPUs; undefined if it is not stated, or data may leave. */
export function ownedCount(programme: Programme, gpu: string): number | undefined {
  const counts = machinesOf(programme).flatMap((machines) =>
    machines.gpu.id === gpu && machines.gpuCount !== undefined ? [machines.gpuCount] : [],
  );
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

function machinesOf({ requirements, training }: Programme): Machines[] {
  if (requirements.residency !== "on-premises") return [];
  const { fleets, gpu, gpuCount, gpuUsdPerHour } = training;
  if (fleets !== undefined)
    return fleets.map((fleet) => ({
      gpu: findGpu(fleet.gpu),
      gpuCount: fleet.gpuCount,
      gpuUsdPerHour: fleet.gpuUsdPerHour,
      field: "gpuUsdPerHour of training.fleets",
    }));
  return gpu === undefined ? [] : [{ gpu: findGpu(gpu), gpuCount, gpuUsdPerHour, field: "training.gpuUsdPerHour" }];
}

import { formatNumber, formatRange } from "../../base/units.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";

/** What a run needs of a GPU and, where it does not fit at p90, what most of it is and what to change. */
export function reasonOf({ device, capacityGib, fits, peak, sharding, lines }: MemoryPlan): string {
  if (isRefusal(device)) return device.refused;
  const needs = `needs ${formatRange(device.p10, device.p90)} of ${formatNumber(capacityGib)} GiB`;
  if (fits === "yes") return needs;
  const largest = lines
    .filter(({ instants }) => peak !== null && instants.includes(peak))
    .toSorted((a, b) => b.bytes - a.bytes)[0]!;
  const remedy =
    sharding === "none" ? "shard it over more GPUs, or lower the sequence" : "lower the sequence, or use more GPUs";
  return `${needs}, most of it ${largest.label}: ${remedy}`;
}

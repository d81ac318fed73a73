import { isRefusal } from "../../domain/estimate.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import type { Term } from "../../domain/price.ts";
import { trainMemory } from "../memory/memory.ts";
import { fleetRun, type LaidOut } from "./enumerate-fleets.ts";
import type { FleetPrice, FleetRequest } from "./fleet-request.ts";
import { fittingBatches, type MicroBatch } from "./micro-batch.ts";
import { reasonOf, type TimedRun } from "./price-fleet.ts";
import type { Rejections } from "./rejected-fleets.ts";
import { timeRun } from "./time-run.ts";

/** A term with its price per GPU-hour. */
export type Priced = { term: Term; price: FleetPrice };

/**
 * The micro-batches of a layout that fit at p90 and have a speed; all others are rejected, for each term. Memory is
 * computed only for the micro-batches that the bisection needs.
 */
export function fittingRuns(
  request: FleetRequest,
  fleet: LaidOut,
  { terms, rejected }: { terms: readonly Term[]; rejected: Rejections },
): TimedRun[] {
  const { batches, refused } = fleet;
  if (refused !== undefined) {
    rejected.add({ fleet, batches, terms, reason: refused.reason, why: () => refused.why });
    return [];
  }
  const memoryOf = (batch: MicroBatch): MemoryPlan => trainMemory(fleetRun(request, fleet, batch));
  const { fitting, misfit } = fittingBatches(batches, memoryOf);
  if (misfit !== undefined) {
    const held = new Set(fitting.map(({ batch }) => batch));
    rejected.add({
      fleet,
      batches: batches.filter((batch) => !held.has(batch)),
      terms,
      reason: misfit.memory.fits === "unknown" ? "memory-unknown" : "does-not-fit",
      why: (batch) => reasonOf(batch === misfit.batch ? misfit.memory : memoryOf(batch)),
    });
  }
  return fitting.flatMap(({ batch, memory }) => {
    const run = fleetRun(request, fleet, batch);
    const timed = { run, batch, memory, ...timeRun(run, request) };
    const { hours } = timed.time;
    if (!isRefusal(hours)) return [timed];
    rejected.add({ fleet, batches: [batch], terms, reason: "speed-unknown", why: () => hours.refused });
    return [];
  });
}

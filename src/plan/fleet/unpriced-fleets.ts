import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { UnpricedFleet } from "../../domain/fleet-search.ts";
import type { Term } from "../../domain/price.ts";
import { speedEvidence } from "../speed/speed-evidence.ts";
import { multiplyRanges } from "../uncertainty/lognormal.ts";
import { bestLayouts, type Candidate, stepHours } from "./best-layouts.ts";
import type { LaidOut } from "./enumerate-fleets.ts";
import { fittingRuns } from "./fitting-runs.ts";
import type { FleetRequest } from "./fleet-request.ts";
import { wholeHours } from "./price-fleet.ts";
import { rejectedFleets } from "./rejected-fleets.ts";

/**
 * Fleets of GPUs without a price under any of the terms, on which the run fits at p90 within the deadline: input for a
 * negotiation with a seller. Each GPU is represented by the count with the fewest GPU-hours, which may cost most per
 * hour (by rank `time`, by the fastest). If only one GPU is requested, every count is listed.
 *
 * @param cheapest  cost of the cheapest option with a price; divided by the GPU-hours, including start-up, it gives the
 * break-even price per GPU-hour
 * @returns by wall hours; undisturbed ones, unless spot is the only term
 */
export function unpricedFleets(
  request: FleetRequest,
  fleets: readonly LaidOut[],
  cheapest: Quantity | undefined,
): UnpricedFleet[] {
  const term = request.terms.find((term) => term !== "spot") ?? "spot";
  const elsewhere = rejectedFleets();
  const best = bestLayouts(elsewhere, request.spec.batchSequences);
  for (const fleet of fleets) {
    const price = request.priceOf(fleet.gpu.id, term);
    if (hasPrice(request, fleet.gpu.id)) continue;
    for (const timed of fittingRuns(request, fleet, { terms: [term], rejected: elsewhere })) {
      const hours = stepHours(timed, term);
      if (hours !== undefined) best.add({ timed, fleet, term, price, hours });
    }
  }
  const found = best.all().flatMap((candidate) => unpriced(request, candidate, cheapest));
  const listed = request.gpus.length === 1 ? found : onePerGpu(found, request.rank === "time" ? "hours" : "gpuHours");
  return listed.toSorted((a, b) => middle(a.hours) - middle(b.hours) || a.gpuCount - b.gpuCount);
}

function hasPrice({ terms, priceOf }: FleetRequest, gpuId: string): boolean {
  return terms.some((term: Term) => !isRefusal(priceOf(gpuId, term).usd));
}

/** The complete candidate, or undefined if it misses the deadline at p90. */
function unpriced(request: FleetRequest, candidate: Candidate, cheapest: Quantity | undefined): UnpricedFleet[] {
  const { timed, term, price } = candidate;
  const { run, memory, batch } = timed;
  const { hours, gpuHours } = wholeHours(request, timed, term);
  if (isRefusal(hours) || isRefusal(gpuHours) || !isRefusal(price.usd)) return [];
  if (request.deadlineHours !== undefined && hours.p90 > request.deadlineHours) return [];
  const { gpuCount, tensorParallel, pipelineParallel, sharding } = run.spec;
  const evidence = speedEvidence(run);
  return [
    {
      gpu: run.gpu.id,
      gpuCount,
      sharding: sharding === "auto" ? memory.sharding : sharding,
      tensorParallel,
      pipelineParallel,
      ...batch,
      memory: memory.device,
      hours,
      gpuHours,
      breakEvenUsdPerGpuHour:
        cheapest === undefined || isRefusal(cheapest)
          ? null
          : {
              ...cheapest,
              ...multiplyRanges(cheapest, gpuHours, -1),
              basis: "cost of the cheapest fleet that has a price, over the GPU-hours of this one",
            },
      priceHint: price.usd.hint,
      speedSources: evidence.gpu,
      vendorSpeedSources: evidence.vendor,
    },
  ];
}

/** The best fleet of each GPU by the ranking criterion. */
function onePerGpu(fleets: readonly UnpricedFleet[], by: "hours" | "gpuHours"): UnpricedFleet[] {
  const least = new Map<string, UnpricedFleet>();
  for (const fleet of fleets) {
    const known = least.get(fleet.gpu);
    if (known === undefined || middle(fleet[by]) < middle(known[by])) least.set(fleet.gpu, fleet);
  }
  return [...least.values()];
}

function middle(quantity: Quantity): number {
  return isRefusal(quantity) ? Number.POSITIVE_INFINITY : quantity.p50;
}

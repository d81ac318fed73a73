import { Failure } from "../../base/failure.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { middleOf, type Quantity } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import type { Programme } from "../../domain/programme.ts";
import type { FleetOption } from "../../domain/study.ts";
import type { Term } from "../../domain/price.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import type { FleetPrice } from "../../plan/fleet/fleet-request.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";

type Owned = NonNullable<Programme["training"]["fleets"]>;

/** Figures by which estimates on one fleet are compared. */
type OnFleet = {
  memory: MemoryPlan;
  costPerRun: Quantity;
  gpuHoursPerRun: Quantity;
  fleet: FleetOption | undefined;
  fleets: FleetOption[];
};

/**
 * The estimate on the best of the own fleets: among those on which the run fits, the cheapest one for the run;
 * otherwise the first that can be estimated. The result lists all fleets, the chosen one first.
 *
 * @throws Failure of the first fleet if none of them can be estimated
 */
export async function bestOwnedFleet<Estimate extends OnFleet>(
  loaded: LoadedProgramme,
  owned: Owned,
  estimateOn: (loaded: LoadedProgramme) => Promise<Estimate>,
): Promise<Estimate> {
  const estimates: Estimate[] = [];
  const failures: Failure[] = [];
  for (const fleet of owned) {
    try {
      estimates.push(await estimateOn(withFleet(loaded, fleet)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  const [best] = estimates.toSorted(
    (a, b) => FITS.indexOf(b.memory.fits) - FITS.indexOf(a.memory.fits) || usdOf(a) - usdOf(b),
  );
  if (best === undefined) throw failures[0]!;
  const others = estimates.filter((estimate) => estimate !== best).flatMap(({ fleet }) => fleet ?? []);
  const fleets: FleetOption[] = [...(best.fleet === undefined ? [] : [best.fleet]), ...others];
  return { ...best, fleets: fleets.length === 0 ? best.fleets : fleets };
}

/** The programme as if one of its fleets were the only one. */
function withFleet(loaded: LoadedProgramme, fleet: Owned[number]): LoadedProgramme {
  const { fleets: _all, ...training } = loaded.programme.training;
  return { ...loaded, programme: { ...loaded.programme, training: { ...training, ...fleet } } };
}

/** Whether the run fits on a fleet, from the least to the most certain. */
const FITS: readonly MemoryPlan["fits"][] = ["no", "unknown", "tight", "yes"];

function usdOf({ costPerRun, gpuHoursPerRun }: OnFleet): number {
  // Without a price the shortest run comes first among those that have none.
  return middleOf(costPerRun) ?? 1e12 + (middleOf(gpuHoursPerRun) ?? 1e12);
}

/** The GPUs of the own fleets, each once. */
export function ownedGpus(owned: Owned): Gpu[] {
  return [...new Map(owned.map(({ gpu }) => [findGpu(gpu).id, findGpu(gpu)])).values()];
}

/** The largest number of GPUs of each kind. */
export function ownedCounts(owned: Owned): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { gpu, gpuCount } of owned) {
    const { id } = findGpu(gpu);
    counts.set(id, Math.max(gpuCount, counts.get(id) ?? 0));
  }
  return counts;
}

/** The memory of the largest own fleet, GiB. */
export function largestMemoryGib(owned: Owned): number {
  return Math.max(...owned.map(({ gpu, gpuCount }) => findGpu(gpu).memoryGib * gpuCount));
}

/** Prices of the user's own fleets if stated, otherwise those of the price book. */
export function ownedPrices(
  owned: Owned,
  priceOf: (gpuId: string, term: Term) => FleetPrice,
): (gpuId: string, term: Term) => FleetPrice {
  return (gpuId, term) => {
    const stated = owned.find(({ gpu, gpuUsdPerHour }) => gpuUsdPerHour !== undefined && findGpu(gpu).id === gpuId);
    if (stated?.gpuUsdPerHour === undefined) return priceOf(gpuId, term);
    const basis = "gpuUsdPerHour of training.fleets in programme.yaml";
    return { usd: pointEstimate(Number(stated.gpuUsdPerHour), "USD", basis), note: undefined };
  };
}

import { findGpu } from "../../catalog/gpus.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import type { Term } from "../../domain/price.ts";
import type { Programme } from "../../domain/programme.ts";
import type { FleetPrice, FleetRequest } from "../../plan/fleet/fleet-request.ts";

type Owned = NonNullable<Programme["training"]["fleets"]>;

/**
 * The part of a fleet search that the fleets of a programme determine: their GPUs, at most as many of each kind as there
 * are, and their stated prices. `plan fleet` prints this search, and the training estimate chooses from it.
 *
 * @param priceOf  prices of fleets whose price is not stated
 */
export function onOwnedFleets(
  owned: Owned,
  priceOf: FleetRequest["priceOf"],
): Pick<FleetRequest, "gpus" | "ownedGpus" | "priceOf"> {
  const gpus = [...new Map(owned.map(({ gpu }) => [findGpu(gpu).id, findGpu(gpu)])).values()];
  return {
    gpus,
    ownedGpus: new Map(gpus.map(({ id }) => [id, largestOf(owned, id)!.gpuCount])),
    priceOf: ownedPrices(owned, priceOf),
  };
}

/** Maximum number of GPUs of one kind. */
export function largestCount(owned: Owned): number {
  return Math.max(...owned.map(({ gpuCount }) => gpuCount));
}

/** Memory of the largest fleet, GiB. */
export function largestMemoryGib(owned: Owned): number {
  return Math.max(...owned.map(({ gpu, gpuCount }) => findGpu(gpu).memoryGib * gpuCount));
}

/** The programme as if the chosen GPU were the only kind that it has; unchanged if it states no fleets. */
export function onlyOwned(programme: Programme, gpuId: string): Programme {
  const { fleets, ...training } = programme.training;
  if (fleets === undefined) return programme;
  const { gpuUsdPerHour } = largestOf(fleets, gpuId)!;
  return { ...programme, training: { ...training, gpu: gpuId, ...(gpuUsdPerHour && { gpuUsdPerHour }) } };
}

/** The largest fleet of a kind of GPU, of equal ones the first. */
function largestOf(owned: Owned, gpuId: string): Owned[number] | undefined {
  return owned.filter(({ gpu }) => findGpu(gpu).id === gpuId).toSorted((a, b) => b.gpuCount - a.gpuCount)[0];
}

function ownedPrices(owned: Owned, priceOf: FleetRequest["priceOf"]): (gpuId: string, term: Term) => FleetPrice {
  return (gpuId, term) => {
    const stated = largestOf(owned, gpuId);
    if (stated?.gpuUsdPerHour === undefined) return priceOf(gpuId, term);
    const basis = "gpuUsdPerHour of training.fleets in programme.yaml";
    return { usd: pointEstimate(Number(stated.gpuUsdPerHour), "USD", basis), note: undefined };
  };
}

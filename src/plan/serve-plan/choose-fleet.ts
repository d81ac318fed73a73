import { Failure } from "../../base/failure.ts";
import { HOURS_PER_MONTH } from "../../base/units.ts";
import { isRefusal, middleOf, type Quantity } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ServeSpec } from "../../domain/serve-spec.ts";
import { replicasFor } from "./gpu-cost.ts";
import { quickCapacity, sizedServing } from "./plan-serve.ts";
import type { SizedServing, SizingRequest } from "./size-serving.ts";
import { fittingSplits, smallestPipeline } from "./what-fits.ts";

/** Layout of a replica on its GPUs. */
export type ReplicaLayout = Pick<ServeSpec, "tensorParallel" | "pipelineParallel">;

/** A GPU for serving with its price, and the layout if one is given. */
export type FleetOffer = {
  gpu: Gpu;
  usdPerGpuHour: Quantity;
  layout?: ReplicaLayout | undefined;
  /** Weakness of the price; undefined if there is none, or it is the user's own. */
  priceNote?: { text: string; isOld: boolean } | undefined;
};

/** The cheapest hardware that meets the SLO, and the next cheapest. */
export type FleetChoice = { chosen: SizedServing; runnerUp: SizedServing | undefined };

/** Number of layouts of each GPU that are tried first; the others are tried only if none of these meets the SLO. */
const FIRST_LAYOUTS = 2;

/** Number of candidates that are sized completely: enough to find two that meet the SLO even at the slow end. */
const MOST_SIZED = 6;

type Candidate = { request: SizingRequest; replicaUsd: number };
type Ranked = Candidate & { usd: number };

/**
 * The cheapest offer by price, as in `cheapestOf`; offers whose price is too old, as in `plan fleet`, are chosen only if
 * no other meets the SLO.
 */
export function chooseFleet(request: SizingRequest, offers: readonly FleetOffer[]): FleetChoice | undefined {
  const recent = offers.filter(({ priceNote }) => priceNote?.isOld !== true);
  const found = cheapestOf(request, recent);
  if (recent.length === offers.length || found?.runnerUp !== undefined) return found;
  if (found === undefined) return cheapestOf(request, offers);
  const old = cheapestOf(
    request,
    offers.filter(({ priceNote }) => priceNote?.isOld === true),
  );
  return { ...found, runnerUp: old?.chosen };
}

/**
 * The cheapest offer whose replicas meet the SLO at the peak, and the next cheapest. Layouts are ordered by the monthly
 * cost of their GPUs; those that meet the SLO even at the slow end of their speed come before those that do not.
 *
 * @returns undefined if none meets the SLO, or none can be estimated
 */
function cheapestOf(request: SizingRequest, offers: readonly FleetOffer[]): FleetChoice | undefined {
  const first: Candidate[] = [];
  const later: Candidate[] = [];
  for (const offer of offers) {
    const found = candidatesOf(request, offer);
    first.push(...found.slice(0, FIRST_LAYOUTS));
    later.push(...found.slice(FIRST_LAYOUTS));
  }
  const ranked = rankCandidates(first);
  if (ranked.length === 0) ranked.push(...rankCandidates(later));
  const [chosen, runnerUp] = sizeBest(ranked);
  return chosen && { chosen, runnerUp };
}

function candidatesOf(request: SizingRequest, { gpu, usdPerGpuHour, layout }: FleetOffer): Candidate[] {
  if (isRefusal(usdPerGpuHour)) return [];
  return (layout === undefined ? layoutsOf({ ...request, gpu }) : [layout]).map((replicaLayout) => ({
    request: { ...request, gpu, usdPerGpuHour, spec: { ...request.spec, ...replicaLayout, gpu: gpu.id } },
    replicaUsd: replicaLayout.tensorParallel * replicaLayout.pipelineParallel * HOURS_PER_MONTH * usdPerGpuHour.p50,
  }));
}

/** Layouts in which the model fits: within one machine if possible, otherwise over the fewest machines. */
export function layoutsOf(serving: SizingRequest): ReplicaLayout[] {
  const splits = fittingSplits(serving);
  if (splits.length > 0) return splits.map((tensorParallel) => ({ tensorParallel, pipelineParallel: 1 }));
  const pipelineParallel = smallestPipeline(serving);
  return pipelineParallel === undefined ? [] : [{ tensorParallel: serving.gpu.nodeGpus, pipelineParallel }];
}

/**
 * Candidates that meet the SLO at the median, cheapest first. Candidates that cannot be among the first two are
 * skipped.
 */
function rankCandidates(candidates: readonly Candidate[]): Ranked[] {
  const ranked: Ranked[] = [];
  for (const candidate of candidates.toSorted((a, b) => a.replicaUsd - b.replicaUsd)) {
    const { spec } = candidate.request;
    const second = ranked[1]?.usd ?? Infinity;
    if ((1 + spec.spareReplicas) * candidate.replicaUsd >= second) break;
    const peak = (spec.rate ?? 0) * spec.peakOverMean;
    const capacity = capacityOf(candidate.request, peak);
    if (capacity === 0) continue;
    ranked.push({ ...candidate, usd: replicasFor(peak / capacity, spec.spareReplicas) * candidate.replicaUsd });
    ranked.sort((a, b) => a.usd - b.usd);
  }
  return ranked;
}

/** Capacity of a candidate; 0 if the estimator does not cover it or its layout is invalid. */
function capacityOf({ spec, shape, gpu }: SizingRequest, peak: number): number {
  try {
    return quickCapacity({ spec, shape, gpu }, peak);
  } catch (error) {
    if (error instanceof Failure) return 0;
    throw error;
  }
}

function sizeBest(ranked: readonly Ranked[]): SizedServing[] {
  const sure: SizedServing[] = [];
  const unsure: SizedServing[] = [];
  for (const { request } of ranked.slice(0, MOST_SIZED)) {
    const sized = sizedServing(request);
    if (isRefusal(sized.capacity.requestsPerSec)) continue;
    (sized.capacity.slowEnd === null ? sure : unsure).push(sized);
    if (sure.length === 2) break;
  }
  return [...sure.toSorted(byCost), ...unsure.toSorted(byCost)];
}

function byCost(a: SizedServing, b: SizedServing): number {
  return (middleOf(a.usdPerMonth) ?? Infinity) - (middleOf(b.usdPerMonth) ?? Infinity);
}

import { isRefusal, middleOf, type Quantity } from "../../domain/estimate.ts";
import type { ReplicaCount, SloCapacity } from "../../domain/serve-plan.ts";
import type { ServeSpec } from "../../domain/serve-spec.ts";
import { type ReplicaDemand, replicasFor } from "./gpu-cost.ts";
import { withoutHighEnd } from "./quantity-maths.ts";

/**
 * Replicas that meet the SLO at the busiest time, and the number of replicas in the plan.
 *
 * @source N = ⌈peak rate / capacity of one at the SLO⌉ + spare ones
 */
export function replicaCount(spec: ServeSpec, { requestsPerSec, slowEnd }: SloCapacity): ReplicaCount {
  const { rate, replicas, spareReplicas: spare, peakOverMean } = spec;
  const peak = rate === undefined ? null : rate * peakOverMean;
  const needed: Quantity =
    peak === null
      ? { refused: "no rate is given", hint: "add --rate with the requests per second" }
      : neededReplicas({ peakPerSec: peak, spare }, { requestsPerSec, slowEnd });
  const planned = replicas !== undefined ? replicas + spare : peak === null ? 1 + spare : middle(needed);
  return { needed, spare, planned, peakRequestsPerSec: peak };
}

/** Number of a plan's replicas that serve requests: all except the spare ones, at least one. */
export function activeReplicas({ planned, spare }: ReplicaCount): number {
  return Math.max(1, (planned ?? 1) - spare);
}

/** Replicas for the busiest time, including spare ones. */
export function neededReplicas(
  { peakPerSec, spare }: Pick<ReplicaDemand, "peakPerSec" | "spare">,
  { requestsPerSec: capacity, slowEnd }: Pick<SloCapacity, "requestsPerSec" | "slowEnd">,
): Quantity {
  if (isRefusal(capacity)) return capacity;
  const replicasAt = (perSec: number): number => replicasFor(peakPerSec / perSec, spare);
  const { p10, p50, p90, basis, n, sources } = capacity;
  if (p10 === 0 && slowEnd !== null)
    return withoutHighEnd({ p10: replicasAt(p90), p50: replicasAt(p50), unit: "replicas" }, slowEnd);
  return {
    p10: replicasAt(p90),
    p50: replicasAt(p50),
    p90: replicasAt(p10),
    unit: "replicas",
    basis: `⌈peak rate / capacity at the SLO⌉${spare > 0 ? ` + ${spare} spare` : ""} (${basis})`,
    n,
    sources,
  };
}

function middle(quantity: Quantity): number | null {
  return middleOf(quantity) ?? null;
}

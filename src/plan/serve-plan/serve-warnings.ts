import { formatNumber, formatRange } from "../../base/units.ts";
import { counted, whole } from "../../base/words.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { ServePlan } from "../../domain/serve-plan.ts";
import { replicaOf } from "../serve/replica.ts";
import { servingFacets, unmeasuredKinds } from "../serve/serve-calibration.ts";
import { serveRun, type Serving } from "./serving.ts";
import { brokenLimits, limitWords } from "./slo-capacity.ts";

type Planned = Pick<ServePlan, "spec" | "replicas" | "load" | "atLoad" | "capacityAtSlo" | "saturation">;

/** Load at which a plan meets its SLO: the peak, only the mean, or not even the mean. */
export type SloKept = "at the peak" | "at the mean" | "not";

/** Highest of these loads at which the replicas of a plan meet the SLO, at the median. */
export function sloKept({ spec, replicas, load, atLoad, capacityAtSlo }: Omit<Planned, "saturation">): SloKept {
  if (load.kind === "concurrency") return brokenLimits(atLoad, spec).length > 0 ? "not" : "at the peak";
  if (load.kind !== "rate") return "at the peak";
  const { requestsPerSec: most } = capacityAtSlo;
  if (isRefusal(most) || load.perReplica > most.p50) return "not";
  const { needed, planned } = replicas;
  const isShort = spec.replicas !== undefined && planned !== null && !isRefusal(needed) && planned < needed.p50;
  return isShort ? "at the mean" : "at the peak";
}

/** Warnings about SLO violations and possible overload of the plan. */
export function serveWarnings(plan: Planned): string[] {
  const { slowEnd } = plan.capacityAtSlo;
  return [
    ...(slowEnd === null ? [] : [`${slowEnd.refused}; the ends of cost that depend on it are unknown`]),
    ...loadWarnings(plan),
  ];
}

function loadWarnings(plan: Planned): string[] {
  const { spec, replicas, load, atLoad, capacityAtSlo } = plan;
  if (load.kind === "concurrency") {
    const over = brokenLimits(atLoad, spec).map((limit) => limitWords(atLoad, spec, limit));
    const shown = `${counted(Math.max(1, load.perReplica), "request")} in flight at each replica`;
    return over.length === 0 ? [] : [`${shown} miss the SLO: ${over.join("; ")}`];
  }
  if (load.kind !== "rate") return [];
  const { requestsPerSec: most } = capacityAtSlo;
  const shown = `${formatNumber(load.perReplica)} requests/s at each replica`;
  if (isRefusal(most)) return nearSaturation(plan, shown);
  const kept = sloKept(plan);
  if (kept === "not")
    return [`${shown} are more than the ${formatNumber(most.p50)} that meet the SLO: it is missed at the mean load`];
  const { needed, planned, peakRequestsPerSec } = replicas;
  const peak =
    kept === "at the peak" || isRefusal(needed)
      ? []
      : [
          `${counted(planned ?? 1, "replica")} ${planned === 1 ? "meets" : "meet"} the SLO at the mean load but not at the peak of ${formatNumber(peakRequestsPerSec ?? 0)} requests/s, which needs ${whole(needed.p50)}`,
        ];
  return [...peak, ...(capacityAtSlo.basis === "estimate" ? nearSaturation(plan, shown) : [])];
}

function nearSaturation({ load, saturation }: Planned, shown: string): string[] {
  const full = saturation.requestsPerSec;
  if (load.kind !== "rate" || isRefusal(full) || load.perReplica <= full.p10) return [];
  if (load.perReplica > full.p50)
    return [
      `${shown} are more than the ${formatNumber(full.p50)} (${formatRange(full.p10, full.p90)}) that it serves at saturation: it does not keep up, and its latency grows without limit`,
    ];
  return [
    `${shown} lie within the range of saturation, which may be as low as ${formatNumber(full.p10)}: such a slow replica cannot keep up, and its latency grows without limit`,
  ];
}

/** Warning for mixers without any measurement. */
export function stateWarnings({ shape }: Pick<Serving, "shape">): string[] {
  const { recurrence, layers, id } = shape;
  if (recurrence === null) return [];
  return [
    `${recurrence.layers} of ${layers} layers of ${id} keep a state for each request: its size is exact, but no published load test of such a model is known, and the time of those layers comes from isolated kernels; measure a replica before you rely on it`,
  ];
}

/**
 * Warnings about properties that no load test covers, so that other measurements are used. Mixers have a separate
 * warning.
 */
export function kindWarnings(serving: Serving): string[] {
  const facets = servingFacets(replicaOf(serveRun(serving)), { kind: "rate", perSec: 1 }, "tpotMs");
  return unmeasuredKinds("tpotMs", facets)
    .filter(({ kind }) => kind !== "mixers")
    .map(
      ({ words }) =>
        `${words} is available: latency comes from kernels and other measurements, with a wider range; measure a replica before you rely on it`,
    );
}

/** Warnings about formats that the GPU has no arithmetic for. */
export function formatWarnings({ spec, gpu }: Serving): string[] {
  const narrow =
    (spec.weights === "fp8" && gpu.fp8Tflops === null) || (spec.weights === "fp4" && gpu.fp4Tflops === null);
  return [
    ...(gpu.bf16Native ? [] : [`${gpu.id} has no bf16: engines use fp16 instead, and newer ones may not run on it`]),
    ...(narrow
      ? [
          `${gpu.id} has no ${spec.weights} arithmetic: weights are stored in it and converted for each product, which saves memory rather than time`,
        ]
      : []),
  ];
}

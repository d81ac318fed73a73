import { HOURS_PER_MONTH } from "../../base/units.ts";
import { type Estimate, isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { PlannedLoad, ReplicaCount, ReplicaLoad, ServePlan, SloCapacity } from "../../domain/serve-plan.ts";
import type { ServeSpec } from "../../domain/serve-spec.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import { activeReplicas } from "./replica-count.ts";
import { quotient, scaled } from "./quantity-maths.ts";
import { outputEquivalent } from "./token-cost.ts";

/** A deployment with its load. */
export type Deployment = {
  spec: ServeSpec;
  /** GPUs only. */
  usdPerMonth: Quantity;
  replicas: ReplicaCount;
  capacity: SloCapacity;
  load: PlannedLoad;
  atLoad: ReplicaLoad;
};

/** Cost and utilisation of a deployment. */
export type MonthlyCost = Pick<ServePlan, "utilisation" | "usdPerMtokOutput" | "usdPerMtokOutputEquivalent">;

/**
 * Utilisation of a deployment, and the cost per million tokens of its load, including idle replicas.
 *
 * @source $/Mtok = 10⁶ · G · price / (3600 · X); U = λ · O / (N · X_SLO)
 */
export function monthlyCost(deployment: Deployment): MonthlyCost {
  const { spec, usdPerMonth: usd, replicas, capacity } = deployment;
  const output = outputPerSec(deployment);
  const perMtok = (tokensPerSec: Quantity): Quantity =>
    quotient(usd, scaled(tokensPerSec, (HOURS_PER_MONTH * 3600) / 1e6, "tokens of a month"), "USD/Mtok");
  const equivalent = outputEquivalent(spec.outputTokens, spec.inputTokens) / spec.outputTokens;
  const active = activeReplicas(replicas);
  return {
    utilisation: utilisationOf(deployment, scaled(capacity.outputTokensPerSec, active, `${active} replicas`), output),
    usdPerMtokOutput: perMtok(output),
    usdPerMtokOutputEquivalent: perMtok(scaled(output, equivalent, "output and a quarter of the input")),
  };
}

/** Output tokens per second of all replicas together. */
function outputPerSec({ spec, replicas, capacity, load, atLoad }: Deployment): Quantity {
  if (load.kind === "slo-capacity") return capacity.outputTokensPerSec;
  const active = activeReplicas(replicas);
  const { requestsPerSec: most } = capacity;
  if (load.kind === "rate" && !isRefusal(most) && load.perReplica <= most.p50)
    return pointEstimate(load.perSec * spec.outputTokens, "tokens/s", "rate × output tokens of a request");
  return scaled(atLoad.outputTokensPerSec, active, `${active} replicas`);
}

function utilisationOf({ load }: Deployment, capacity: Quantity, output: Quantity): Quantity {
  if (isRefusal(capacity)) return capacity;
  if (load.kind === "slo-capacity") return pointEstimate(1, "share", "the load is the capacity at the SLO itself");
  if (isRefusal(output) || (load.kind === "rate" && output.p10 === output.p90))
    return quotient(output, capacity, "share");
  return alike(output, capacity);
}

/**
 * Ratio of the actual to the possible output. Both depend on the speed of the replica, so low is divided by low and
 * high by high.
 */
function alike(output: Estimate, capacity: Estimate): Estimate {
  const shares = [output.p10 / capacity.p10, output.p90 / capacity.p90].filter(Number.isFinite);
  const p50 = output.p50 / capacity.p50;
  return {
    p10: Math.min(p50, ...shares),
    p50,
    p90: Math.max(p50, ...shares),
    unit: "share",
    basis: `${output.basis} / ${capacity.basis}, as ranges of one speed`,
    n: Math.max(output.n, capacity.n),
    sources: [...new Set([...output.sources, ...capacity.sources])],
  };
}

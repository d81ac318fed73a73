import type { BreakEven, ServingOption } from "../../domain/comparison.ts";
import type { Quantity, Refusal } from "../../domain/estimate.ts";
import { withoutHigh, withoutLow } from "../serve-plan/quantity-maths.ts";

/**
 * Replaces the figures of an option that depend on a slow end which meets no SLO: they are unknown, while the median
 * and the other end remain.
 */
export function withoutSlowEnd(option: ServingOption, why: Refusal): ServingOption {
  const high = (quantity: Quantity): Quantity => withoutHigh(quantity, why);
  const low = (quantity: Quantity): Quantity => withoutLow(quantity, why);
  const { costs, capacity, overTime, byVolume } = option;
  return {
    ...option,
    costs: {
      ...costs,
      usdPerMonth: high(costs.usdPerMonth),
      usdPerMtokOutput: high(costs.usdPerMtokOutput),
      marginalUsdPerMtokOutput: high(costs.marginalUsdPerMtokOutput),
      idleUsdPerMonth: high(costs.idleUsdPerMonth),
    },
    capacity: capacity && {
      ...capacity,
      replicas: high(capacity.replicas),
      outputTokensPerDay: low(capacity.outputTokensPerDay),
      usedShare: high(capacity.usedShare),
    },
    overTime: {
      ...overTime,
      usd12Months: high(overTime.usd12Months),
      usd24Months: high(overTime.usd24Months),
      npv24Months: low(overTime.npv24Months),
      paybackMonth: high(overTime.paybackMonth),
    },
    byVolume: byVolume.map((point) => ({ ...point, p90: null })),
  };
}

/** Replaces the end of a break-even that depends on a slow end which meets no SLO. */
export function pairWithoutSlowEnd(pair: BreakEven, why: Refusal): BreakEven {
  const high = (quantity: Quantity): Quantity => withoutHigh(quantity, why);
  return { ...pair, outputTokensPerDay: high(pair.outputTokensPerDay), capacityShare: high(pair.capacityShare) };
}

import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { LoadShare, SloCapacity } from "../../domain/serve-plan.ts";
import type { ServeSpec } from "../../domain/serve-spec.ts";
import { scaled } from "./quantity-maths.ts";
import type { LoadCurve } from "./slo-capacity.ts";
import { outputEquivalent, usdPerMtok } from "./token-cost.ts";

/** Loads of the load table, as shares of the capacity within the SLO. */
const SHARES = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1] as const;

/** Input of the load table; `estimated` is the capacity for which the latency curve was computed. */
type LoadShareRequest = {
  curve: LoadCurve;
  estimated: SloCapacity;
  capacity: SloCapacity;
  spec: ServeSpec;
  gpus: number;
  usdPerGpuHour: Quantity;
};

/**
 * Latency and cost of one replica by load, up to the capacity within the SLO. The cost per million tokens is inversely
 * proportional to the load. For a measured capacity, latencies are those of the estimate at the same share of its own
 * capacity.
 */
export function loadShares(request: LoadShareRequest): LoadShare[] {
  const { curve, estimated, capacity, spec, gpus, usdPerGpuHour } = request;
  const { requestsPerSec: most, outputTokensPerSec: output } = capacity;
  const { requestsPerSec: computed } = estimated;
  if (isRefusal(most)) return [];
  const equivalent = outputEquivalent(spec.outputTokens, spec.inputTokens) / spec.outputTokens;
  const highest: Partial<Record<"ttftMs" | "tpotMs", Quantity>> = {};
  const rising = (name: "ttftMs" | "tpotMs", latency: Quantity): Quantity =>
    (highest[name] = noLower(latency, highest[name]));
  return SHARES.map((share) => {
    const load = isRefusal(computed) ? undefined : curve.at(share * computed.p50);
    const tokens = scaled(output, share, `${share} of the capacity at the SLO`);
    const unknown = isRefusal(computed) ? computed : most;
    return {
      share,
      requestsPerSec: share * most.p50,
      outputTokensPerSec: tokens,
      ttftMs: rising("ttftMs", load?.ttftMs[spec.sloPercentile] ?? unknown),
      tpotMs: rising("tpotMs", load?.tpotMs[spec.sloPercentile] ?? unknown),
      running: load?.running ?? unknown,
      usdPerMtokOutput: usdPerMtok(gpus, usdPerGpuHour, tokens),
      usdPerMtokOutputEquivalent: usdPerMtok(gpus, usdPerGpuHour, scaled(tokens, equivalent, "output-equivalent")),
    };
  });
}

/**
 * Raises a latency to at least that of the next lower load, at which fewer requests wait. The slowest percentile of a
 * simulated run consists of few requests, so by chance it may be slightly faster at a higher load.
 */
function noLower(latency: Quantity, before: Quantity | undefined): Quantity {
  if (before === undefined || isRefusal(before) || isRefusal(latency)) return latency;
  const longerAt = (end: "p10" | "p50" | "p90"): number => Math.max(latency[end], before[end]);
  if (latency.p10 >= before.p10 && latency.p50 >= before.p50 && latency.p90 >= before.p90) return latency;
  const basis = `${latency.basis}; raised to that of the lower load: a lower value is only chance in the simulation`;
  return { ...latency, p10: longerAt("p10"), p50: longerAt("p50"), p90: longerAt("p90"), basis };
}

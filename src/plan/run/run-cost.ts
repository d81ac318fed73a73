import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import { multiplyRanges } from "../uncertainty/lognormal.ts";

/**
 * US dollars of one run: GPU-hours times the price of a GPU-hour, as the product of two independent ranges (never p90 ×
 * p90). If either is refused, so is the product.
 */
export function runCost(gpuHours: Quantity, usdPerGpuHour: Quantity): Quantity {
  if (isRefusal(gpuHours)) return gpuHours;
  if (isRefusal(usdPerGpuHour)) return usdPerGpuHour;
  return {
    ...multiplyRanges(gpuHours, usdPerGpuHour),
    unit: "USD",
    basis: `GPU-hours (${gpuHours.basis}) × price (${usdPerGpuHour.basis}), as independent ranges`,
    n: gpuHours.n,
    sources: [...gpuHours.sources, ...usdPerGpuHour.sources],
  };
}

/** US dollars per million trained tokens, from tokens per second per GPU and the price of a GPU-hour. */
export function usdPerMillionTokens(throughput: Quantity, usdPerGpuHour: Quantity): Quantity {
  if (isRefusal(throughput)) return throughput;
  if (isRefusal(usdPerGpuHour)) return usdPerGpuHour;
  const perToken = multiplyRanges(usdPerGpuHour, throughput, -1);
  const factor = 1e6 / 3600;
  return {
    p10: perToken.p10 * factor,
    p50: perToken.p50 * factor,
    p90: perToken.p90 * factor,
    unit: "USD/Mtok",
    basis: `price (${usdPerGpuHour.basis}) / speed (${throughput.basis}), as independent ranges`,
    n: throughput.n,
    sources: [...throughput.sources, ...usdPerGpuHour.sources],
  };
}

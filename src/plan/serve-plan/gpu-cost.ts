import { Z90, normalQuantile } from "../../base/normal-quantile.ts";
import { HOURS_PER_MONTH } from "../../base/units.ts";
import { type Estimate, isRefusal, type Quantity } from "../../domain/estimate.ts";
import { withoutHighEnd } from "./quantity-maths.ts";
import type { SloCapacity } from "../../domain/serve-plan.ts";

/** Replicas for a load, and the size of each. */
export type ReplicaDemand = {
  /** Requests per second at the busiest time. */
  peakPerSec: number;
  spare: number;
  /** GPUs of one replica. */
  gpus: number;
};

/** Number of equal-probability bins of the capacity; the error of a quantile is below 0.1 %. */
const STRIPS = 2000;

/**
 * Number of replicas for a load: at least one, plus the spare ones.
 *
 * @param load load of the busiest time divided by the capacity of one replica
 */
export function replicasFor(load: number, spare = 0): number {
  return Math.max(1, Math.ceil(load - 1e-9)) + spare;
}

/**
 * Monthly GPU cost around the clock: replicas for the peak × GPUs × hours × price. Every command that reports this cost
 * uses this function. The median is that of the planned replicas at the median price. The ends are quantiles of the
 * product with independent capacity and price, because the number of replicas is an integer.
 *
 * @returns US dollars per month; the reason if the capacity or the price is unknown; without a high end if a replica at
 *   the slow end of its range meets the SLO at no rate
 */
export function gpuUsdPerMonth(
  { peakPerSec, spare, gpus }: ReplicaDemand,
  { requestsPerSec, slowEnd }: Pick<SloCapacity, "requestsPerSec" | "slowEnd">,
  usdPerGpuHour: Quantity,
): Quantity {
  if (isRefusal(requestsPerSec)) return requestsPerSec;
  if (isRefusal(usdPerGpuHour)) return usdPerGpuHour;
  const capacity = drawableCapacity(requestsPerSec);
  const counts = Array.from({ length: STRIPS }, (_, index) =>
    replicasFor(peakPerSec / valueAt(capacity, normalQuantile((index + 0.5) / STRIPS)), spare),
  ).toSorted((a, b) => a - b);
  const hourly = gpus * HOURS_PER_MONTH;
  const quantile = (q: number): number => Math.round(100 * hourly * productQuantile(counts, usdPerGpuHour, q)) / 100;
  const planned = hourly * replicasFor(peakPerSec / capacity.p50, spare) * usdPerGpuHour.p50;
  const range = { p10: quantile(0.1), p50: Math.round(100 * planned) / 100, p90: quantile(0.9), unit: "USD/month" };
  if (slowEnd !== null) return withoutHighEnd(range, slowEnd);
  return {
    ...range,
    basis: `replicas × ${gpus} GPUs × ${HOURS_PER_MONTH} h × price (${requestsPerSec.basis}; ${usdPerGpuHour.basis})`,
    n: Math.max(requestsPerSec.n, usdPerGpuHour.n),
    sources: [...new Set([...requestsPerSec.sources, ...usdPerGpuHour.sources])],
  };
}

/**
 * A capacity in a form that can be sampled even if its slow end does not exist: the lower side of the range then equals
 * the upper. Only the median and the fast end of its draws are used.
 */
export function drawableCapacity<Range extends Pick<Estimate, "p10" | "p50" | "p90">>(capacity: Range): Range {
  return capacity.p10 > 0
    ? capacity
    : { ...capacity, p10: capacity.p50 ** 2 / Math.max(capacity.p90, capacity.p50 * 1.01) };
}

/** Value of a two-piece log-normal at a standard normal score, as sampled by `leafValue`. */
function valueAt({ p10, p50, p90 }: Pick<Estimate, "p10" | "p50" | "p90">, score: number): number {
  return p50 * ((score < 0 ? p10 : p90) / p50) ** (Math.abs(score) / Z90);
}

/** Quantile of count × price, with equally likely counts and an independent price. */
function productQuantile(counts: readonly number[], price: Estimate, q: number): number {
  if (counts[0] === counts.at(-1)) return counts[0]! * valueAt(price, normalQuantile(q));
  if (price.p10 === price.p90) return counts[Math.min(STRIPS - 1, Math.floor(q * STRIPS))]! * price.p50;
  // Two thousand strips have only a few distinct counts: the share of the price draws is computed once for each.
  const strips = new Map<number, number>();
  for (const count of counts) strips.set(count, (strips.get(count) ?? 0) + 1);
  const below = (usd: number): number => {
    let sum = 0;
    for (const [count, times] of strips) sum += times * shareBelow(price, usd / count);
    return sum / counts.length;
  };
  let [low, high] = [counts[0]! * valueAt(price, -5), counts.at(-1)! * valueAt(price, 5)];
  while (high > low * (1 + 1e-9)) {
    const middle = Math.sqrt(low * high);
    if (below(middle) < q) low = middle;
    else high = middle;
  }
  return high;
}

/** Share of a price's draws below a value. */
function shareBelow({ p10, p50, p90 }: Estimate, value: number): number {
  const end = value < p50 ? p10 : p90;
  if (end === p50) return value < p50 ? 0 : 1;
  const score = (Z90 * Math.log(value / p50)) / Math.abs(Math.log(end / p50));
  return normalShare(score);
}

/** Share of a standard normal distribution below a score. @source Abramowitz and Stegun 7.1.26, error below 1.5e-7 */
function normalShare(score: number): number {
  const x = Math.abs(score) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-x * x);
  return score < 0 ? tail / 2 : 1 - tail / 2;
}

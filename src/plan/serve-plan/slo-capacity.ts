import { formatNumber } from "../../base/units.ts";
import { type Estimate, isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { ReplicaLoad, SloCapacity } from "../../domain/serve-plan.ts";
import type { ServeSpec } from "../../domain/serve-spec.ts";
import { type Range, scaleQuantity } from "../uncertainty/lognormal.ts";

/** The SLO of a spec, and the output length of its requests. Answers of one token have no TPOT limit. */
export type Slo = Pick<ServeSpec, "sloTtftMs" | "sloTpotMs" | "sloPercentile" | "outputTokens">;

/** One replica at increasing rates. */
export type LoadCurve = {
  /**
   * Returns the replica at a rate of requests per second; repeated calls with one rate return the same object. If only
   * the medians of its latencies are needed, `isQuick` omits the effect of a queue on their ranges.
   */
  at: (perSec: number, isQuick?: boolean) => ReplicaLoad;
  /** One request at a time, and saturation. */
  alone: ReplicaLoad;
  saturation: ReplicaLoad;
  slo: Slo;
};

/** Precision of the bisection, and the lowest rate that is examined, as shares of saturation. */
const PRECISION = 0.01;
const LEAST_SHARE = 1e-3;

/** Share of saturation at which the search begins; capacities usually lie between it and saturation. */
const USUAL_SHARE = 0.25;

/**
 * The highest rate of one replica at which the percentile of the requests meets both limits, by bisection on the rate.
 * Its range follows from the uncertainty of the replica's speed: a replica that is `s` times as fast serves `s` times
 * the rate with latencies `1 / s` as long. Its capacity is therefore `s` times the capacity under limits `s` times as
 * wide.
 *
 * @returns the capacity; its quantities are refused if a single request already takes longer than the SLO allows. If
 *   this happens only at the slow end of the range, p10 is 0 and `slowEnd` states the reason
 */
export function sloCapacity(curve: LoadCurve, tokens: { input: number; output: number }): SloCapacity {
  const { saturation, alone } = curve;
  const latencies = limitsOf(curve.slo).map(({ limit }) => alone[`${limit}Ms`].p50);
  const gap = [saturation.requestsPerSec, ...latencies].find(isRefusal);
  if (gap) return refused(gap);
  const full = saturation.requestsPerSec as Estimate;
  const under = (speed: number): Found | undefined => highestRate(curve, speed);
  const [slow, fast] = [full.p10 / full.p50, full.p90 / full.p50];
  const [low, middle, high] = [under(slow), under(1), under(fast)];
  if (middle === undefined) return refused(noRate(curve));
  const { n, sources } = full;
  const basis = `bisection on the rate; range of the speed at saturation (${full.basis})`;
  const range: Range = {
    p10: low === undefined ? 0 : slow * low.keeps,
    p50: middle.keeps,
    p90: fast * (high ?? middle).keeps,
  };
  const requests: Quantity = { ...range, unit: "requests/s", basis, n, sources };
  return {
    requestsPerSec: requests,
    outputTokensPerSec: scaleQuantity(requests, tokens.output, "tokens/s"),
    totalTokensPerSec: scaleQuantity(requests, tokens.output + tokens.input, "tokens/s"),
    boundBy: boundAt(curve, middle),
    shareOfSaturation: middle.keeps / full.p50,
    basis: "estimate",
    slowEnd: low === undefined ? noSureRate(curve, { slow, keeps: middle.keeps }) : null,
  };
}

/**
 * Median of that rate, requests per second; 0 if no rate meets the SLO, or the speed is unknown.
 *
 * @param enough  a rate at which the search may end if it meets the SLO
 */
export function middleCapacity(curve: Omit<LoadCurve, "alone">, enough: number): number {
  const { saturation, slo } = curve;
  if (isRefusal(saturation.requestsPerSec)) return 0;
  const isEnough = enough > 0 && enough <= saturation.requestsPerSec.p50;
  if (isEnough && brokenLimits(curve.at(enough, true), slo).length === 0) return enough;
  return highestRate(curve, 1)?.keeps ?? 0;
}

/** The highest rate found to meet the SLO, and the lowest found to violate it, if any. */
type Found = { keeps: number; breaks: number | undefined };

/** Highest rate at which a replica that is `speed` times as fast would meet the SLO, relative to its own speed. */
function highestRate(curve: Omit<LoadCurve, "alone">, speed: number): Found | undefined {
  const most = (curve.saturation.requestsPerSec as Estimate).p50;
  const keeps = (perSec: number): boolean => brokenLimits(curve.at(perSec, true), curve.slo, speed).length === 0;
  if (keeps(most)) return { keeps: most, breaks: undefined };
  let [low, high] = [most * USUAL_SHARE, most];
  if (!keeps(low)) {
    [low, high] = [most * LEAST_SHARE, low];
    if (!keeps(low)) return undefined;
  }
  while (high > low * (1 + PRECISION)) {
    const middle = high > 2 * low ? Math.sqrt(low * high) : (low + high) / 2;
    if (keeps(middle)) low = middle;
    else high = middle;
  }
  return { keeps: low, breaks: high };
}

/** A limit of the SLO. */
type Limit = { limit: "ttft" | "tpot"; ms: number };

/** Latencies of a load. */
type Latencies = Pick<ReplicaLoad, "ttftMs" | "tpotMs">;

/**
 * Limits that a load violates at the median, on a replica that is `speed` times as fast; both limits if requests arrive
 * faster than they are served.
 */
export function brokenLimits(load: Latencies, slo: Slo, speed = 1): Limit[] {
  return limitsOf(slo).filter(({ limit, ms }) => {
    const taken = load[`${limit}Ms`][slo.sloPercentile];
    return isRefusal(taken) || taken.p50 > speed * ms;
  });
}

/** Text of the latencies of a load compared with a limit. */
export function limitWords(load: Latencies, slo: Slo, { limit, ms, speed = 1 }: Limit & { speed?: number }): string {
  const taken = load[`${limit}Ms`][slo.sloPercentile];
  const words = isRefusal(taken) ? "unknown" : `${formatNumber(taken.p50 / speed)} ms`;
  return `${limit.toUpperCase()} ${slo.sloPercentile} ${words}, limit ${formatNumber(ms)} ms`;
}

function limitsOf({ sloTtftMs, sloTpotMs, outputTokens }: Slo): Limit[] {
  const ttft: Limit = { limit: "ttft", ms: sloTtftMs };
  return outputTokens <= 1 ? [ttft] : [{ limit: "tpot", ms: sloTpotMs }, ttft];
}

/** The limit that the next higher rate violates; `saturation` if requests would arrive faster than they are served. */
function boundAt(curve: LoadCurve, { breaks }: Found): SloCapacity["boundBy"] {
  if (breaks === undefined) return "saturation";
  const load = curve.at(breaks, true);
  return isRefusal(load.ttftMs[curve.slo.sloPercentile])
    ? "saturation"
    : (brokenLimits(load, curve.slo)[0]?.limit ?? "saturation");
}

/** Text of the latencies of one request at a time, for each limit. */
function aloneWords({ alone, slo }: LoadCurve, speed: number): string {
  return limitsOf(slo)
    .map((limit) => limitWords(alone, slo, { ...limit, speed }))
    .join("; ");
}

/**
 * True if a quantity is unknown because even a single request exceeds the SLO, rather than because an input is missing.
 */
export function exceedsSlo(quantity: Quantity): boolean {
  return isRefusal(quantity) && quantity.exceedsSlo === true;
}

/** Refusal if even a single request takes longer than the SLO allows. */
function noRate(curve: LoadCurve): Refusal {
  return {
    refused: `no rate meets the SLO; one request at a time takes ${aloneWords(curve, 1)}`,
    hint: "relax the SLO, or use fewer bits per weight, more tensor parallelism or a faster GPU",
    exceedsSlo: true,
  };
}

/**
 * Refusal if even a single request takes longer than the SLO allows, but only on a replica at the slow end of its
 * range.
 */
function noSureRate(curve: LoadCurve, { slow, keeps }: { slow: number; keeps: number }): Refusal {
  return {
    refused: `the slow end meets no SLO: as estimated, a replica meets it up to ${formatNumber(keeps)} requests/s, but at the slow end of its range a single request takes ${aloneWords(curve, slow)}`,
    hint: "relax the SLO, or use fewer bits per weight, more tensor parallelism or a faster GPU; or run a load test instead of estimating",
  };
}

function refused(refusal: Refusal): SloCapacity {
  return {
    slowEnd: null,
    requestsPerSec: refusal,
    outputTokensPerSec: refusal,
    totalTokensPerSec: refusal,
    boundBy: null,
    shareOfSaturation: null,
    basis: "estimate",
  };
}

import { quantileSorted } from "../../base/quantile.ts";
import type { Estimate, Quantity, Refusal } from "../../domain/estimate.ts";
import { pointRange } from "../../domain/point-range.ts";
import type { ServingQuantity } from "../../catalog/serving-residuals.ts";
import { ADAPTER_SLOWDOWN } from "./adapters.ts";
import { chanceOfRun } from "./chance-of-run.ts";
import { otherSpeeds, withSpeeds } from "./other-speeds.ts";
import { physicalLimits, within } from "./physical-limits.ts";
import { type Replica, replicaOf } from "./replica.ts";
import { serve } from "./serve.ts";
import { servingCorrection, type ServingCorrection, servingFacets } from "./serve-calibration.ts";
import { type ServeMemory, serveMemory } from "./serve-memory.ts";
import type { Load, ServeRun } from "./serve-run.ts";
import type { BoundBy, Served, Times } from "./served.ts";

export { kvBytesPerToken } from "./kv-per-token.ts";
export type { EngineName, Lengths, Load, ServeRun } from "./serve-run.ts";
export type { BoundBy } from "./served.ts";

/** A time over requests. */
export type OverRequests = { mean: Quantity; p50: Quantity; p95: Quantity; p99: Quantity };

/** One replica at one load. */
export type ServePoint = {
  /** Time between output tokens, over a request. */
  tpotMs: OverRequests;
  /** From arrival to first token, and its two parts: waiting to be admitted, and reading the prompt. */
  ttftMs: OverRequests;
  queueMs: OverRequests;
  prefillMs: OverRequests;
  outputTokensPerSec: Quantity;
  totalTokensPerSec: Quantity;
  requestsPerSec: Quantity;
  /** Mean number of decoding requests. */
  running: Quantity;
  boundBy: BoundBy;
  memory: ServeMemory;
  /** Basis of the estimate, one line each. */
  basis: string[];
};

/** Options that omit parts of an operating point. */
type PointOptions = {
  /** A source of measurements to exclude. */
  leaveOut?: string | undefined;
  /** True for uncalibrated values. */
  isUncorrected?: boolean;
  /**
   * True to omit the effect of a queue at a rate on the ranges of latencies, which triples the computing time; medians
   * do not change.
   */
  isQuick?: boolean;
};

/**
 * Latency and throughput of one replica at one load: steps from timed kernels, run through the engine's scheduler, and
 * corrected by published measurements of the same kind.
 *
 * @returns a refusal if the model does not fit or a formula or kernel is missing
 * @throws Failure not_found for a version class that the engine does not have
 * @accuracy leave-one-source-out: docs/concepts/serving-model.md §3
 */
export function servePoint(
  run: ServeRun,
  load: Load,
  { leaveOut, isUncorrected = false, isQuick = false }: PointOptions = {},
): ServePoint | Refusal {
  const replica = replicaOf(run);
  const memory = serveMemory(replica);
  if ("refused" in memory) return memory;
  const served = serve(replica, memory, load);
  if (!Number.isFinite(served.outputPerSec)) return noKernels(replica);
  const correctionOf = (quantity: ServingQuantity): ServingCorrection =>
    isUncorrected
      ? NO_CORRECTION
      : slowed(servingCorrection(quantity, servingFacets(replica, load, quantity), leaveOut), run, quantity);
  const [tpot, ttft, output] = [correctionOf("tpotMs"), correctionOf("ttftMs"), correctionOf("outputTokensPerSec")];
  const isOffered = !served.isOverloaded && keepsUp(run, load, served.outputPerSec);
  const rates = withChance(isOffered ? demanded(served, output) : output, chanceOfRun(run, load, served));
  const { mean: input } = run.inputTokens;
  const requestsPerOutput = served.requestsPerSec / served.outputPerSec;
  const limits = physicalLimits(replica, memory, load);
  const [entry, none] = [Float64Array.of(limits.tpotSec), Float64Array.of(0)];
  const tooMany = unansweredLatency(load, served);
  const speeds = isUncorrected || isQuick || tooMany ? undefined : otherSpeeds(replica, memory, { load, step: tpot });
  const over = (name: LatencyName, correction: ServingCorrection, least: Times): OverRequests => {
    const ends = speeds && { slower: speeds.slower[name], faster: speeds.faster[name] };
    return tooMany ?? overRequests(served[name], correction, { least, ends });
  };
  const rate = (perOutput: number, unit: string): Estimate => {
    const most = limits.outputPerSec * perOutput;
    return within(estimate(served.outputPerSec * perOutput, rates, unit), { most });
  };
  return {
    tpotMs: over("tpotSec", tpot, entry),
    ttftMs: over("ttftSec", ttft, limits.prefillSec),
    queueMs: over("queueSec", ttft, none),
    prefillMs: over("prefillSec", ttft, limits.prefillSec),
    outputTokensPerSec: rate(1, "tokens/s"),
    totalTokensPerSec: rate(1 + input * requestsPerOutput, "tokens/s"),
    requestsPerSec: rate(requestsPerOutput, "requests/s"),
    running: estimate(served.running, load.kind === "rate" ? tpot : NO_CORRECTION, "requests"),
    boundBy: served.boundBy,
    memory,
    basis: [
      `${replica.facts.engine} ${replica.facts.era} (${replica.facts.versions}): ${replica.facts.source}`,
      `TPOT ${tpot.basis}`,
      `TTFT ${ttft.basis}`,
      `tokens per second ${output.basis}`,
    ],
  };
}

const NO_CORRECTION: ServingCorrection = { ...pointRange(1), n: 0, sources: [], basis: "as computed" };

/**
 * Latency under a load that does not determine how long requests wait: a refusal that names the missing input.
 * Otherwise undefined.
 */
function unansweredLatency(load: Load, served: Served): OverRequests | undefined {
  const refusal = latencyGap(load, served);
  return refusal && { mean: refusal, p50: refusal, p95: refusal, p99: refusal };
}

function latencyGap({ kind }: Load, { isOverloaded }: Served): Refusal | undefined {
  if (kind === "token-limit") {
    return {
      refused: "at the highest rate within a limit, latency is determined by the limit and the arrivals",
      hint: "give the rate of requests",
    };
  }
  if (kind === "rate" && isOverloaded) {
    return {
      refused: "requests arrive faster than the replica serves them, so the queue grows without limit",
      hint: "lower the rate, or add replicas",
    };
  }
  return undefined;
}

type LatencyName = "tpotSec" | "ttftSec" | "queueSec" | "prefillSec";

/**
 * Times over requests, each statistic at least its lower bound. `ends` contains the times with slower and faster steps;
 * it is set if the load does not wait.
 */
function overRequests(
  times: Times,
  correction: ServingCorrection,
  { least, ends }: { least: Times; ends: { slower: Times; faster: Times } | undefined },
): OverRequests {
  const estimateOver = (statistic: (times: Times) => number): Estimate => {
    const middle = statistic(times);
    const moved = ends && { middle, slower: statistic(ends.slower), faster: statistic(ends.faster) };
    const corrected = moved ? withSpeeds(correction, moved) : correction;
    return within(estimate(middle * 1e3, corrected, "ms"), { least: statistic(least) * 1e3 });
  };
  return {
    mean: estimateOver((times) => times.reduce((sum, sec) => sum + sec, 0) / times.length),
    p50: estimateOver((times) => quantileSorted(times, 0.5)),
    p95: estimateOver((times) => quantileSorted(times, 0.95)),
    p99: estimateOver((times) => quantileSorted(times, 0.99)),
  };
}

function estimate(value: number, { p10, p50, p90, n, sources, basis }: ServingCorrection, unit: string): Estimate {
  return { p10: value * p10, p50: value * p50, p90: value * p90, unit, basis, n, sources };
}

/** Distance from the centre of a normal distribution to its 10th or 90th percentile, in standard deviations. */
const TO_P90 = 1.2816;

/** Share of the offered output above which a replica is considered to keep up. */
const KEEPS_UP = 0.9;

/** True if a replica keeps up with a load; its output then says nothing about its speed. */
export function keepsUp({ outputTokens }: Pick<ServeRun, "outputTokens">, load: Load, outputPerSec: number): boolean {
  return load.kind === "rate" && outputPerSec > KEEPS_UP * load.perSec * outputTokens.mean;
}

/** Below saturation, output equals demand regardless of the speed of a step, unless saturation is lower. */
function demanded({ outputPerSec, ceilingPerSec = 0 }: Served, correction: ServingCorrection): ServingCorrection {
  const ceiling = ceilingPerSec / outputPerSec;
  return {
    ...correction,
    p10: Math.min(1, ceiling * correction.p10),
    p50: Math.min(1, ceiling * correction.p50),
    p90: Math.min(1, ceiling * correction.p90),
    basis: `as many as are offered, unless ${correction.basis}`,
  };
}

/** Adds the spread of chance to a range, in quadrature; the standard deviation of chance is given as a share. */
function withChance(correction: ServingCorrection, share: number): ServingCorrection {
  const { p10, p50, p90 } = correction;
  const wider = (side: number): number => Math.exp(Math.hypot(Math.log(side / p50), TO_P90 * share));
  return { ...correction, p10: p50 / wider(p10), p90: p50 * wider(p90) };
}

/** Widens a range for unmerged adapters, which slow steps by a measured factor that depends on the engine's kernels. */
function slowed(correction: ServingCorrection, { adapters }: ServeRun, quantity: ServingQuantity): ServingCorrection {
  if (adapters.count === 0) return correction;
  const { low, middle, high, source } = ADAPTER_SLOWDOWN;
  const [p10, p50, p90] = quantity === "outputTokensPerSec" ? [1 / high, 1 / middle, 1 / low] : [low, middle, high];
  return {
    ...correction,
    p10: correction.p10 * p10,
    p50: correction.p50 * p50,
    p90: correction.p90 * p90,
    basis: `${correction.basis}; unmerged adapters × ${low}-${high} on times (${source})`,
  };
}

function noKernels({ gpu, shape, format }: Replica): Refusal {
  return {
    refused: `no measured kernel times cover ${shape.id} in ${format} on ${gpu.id}`,
    hint: "measure tokens per second of the replica, or choose a GPU and a format that it has rates for",
  };
}

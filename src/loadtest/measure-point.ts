import { quantileSorted } from "../base/quantile.ts";
import type { LatencyTable, LoadTestPoint, ObservedLengths, OfferedLoad } from "../domain/loadtest-result.ts";
import type { LatencySlo } from "../domain/loadtest-spec.ts";
import { latencySummary } from "./latency-summary.ts";
import { flowIn, requestsIn, type Window, windowOf } from "./measure-window.ts";
import type { RequestLog } from "./request-log.ts";
import { slopeOf } from "./slope.ts";
import { keepsSlo } from "./slo.ts";

/** Facts needed for the metrics of a point in addition to its requests. */
export type PointFacts = {
  load: OfferedLoad;
  peakRunning: number;
  warmup: number;
  tail: number;
  slo: LatencySlo | undefined;
  /** US dollars per hour for all GPUs; undefined if no price is known. */
  usdPerHour: number | undefined;
};

/** Rise of TTFT over the window, as a share of its median, above which a queue is growing. */
const GROWS_BY = 0.2;

/** Ratio of slope to standard error above which the slope is significant. */
const SURE = 3;

/**
 * Number of batches to whose mean TTFT a slope is fitted; single values are correlated and would overstate the
 * certainty.
 */
const BATCHES = 20;

/** Number of intervals of TTFT over time. */
const STEPS = 60;

type Chosen = { log: RequestLog; window: Window; all: number[]; ok: number[] };

/** The metrics of one operating point. */
export function measurePoint(log: RequestLog, facts: PointFacts): LoadTestPoint {
  const window = windowOf(log, facts);
  const all = requestsIn(log, window);
  const chosen: Chosen = { log, window, all, ok: all.filter((index) => log.outcome(index) === "ok") };
  const seconds = window.toSec - window.fromSec;
  const flow = seconds > 0 ? flowIn(log, window) : undefined;
  const perSec = (count: number | undefined): number | null =>
    flow === undefined || count === undefined || Number.isNaN(count) ? null : count / seconds;
  const outputTokensPerSec = perSec(flow?.outputTokens);
  const goodput = facts.slo === undefined ? null : goodputOf(chosen, facts.slo);
  const usd = (tokensPerSec: number | null | undefined): number | null =>
    facts.usdPerHour === undefined || !tokensPerSec ? null : (1e6 * facts.usdPerHour) / 3600 / tokensPerSec;
  const running = facts.load.kind === "concurrency" ? facts.load.requests : flow?.running;
  return {
    load: facts.load,
    window,
    counts: countsOf(chosen),
    failedRequests: log.failedRequests(),
    offeredRequestsPerSec: perSec(all.length),
    achievedRequestsPerSec: perSec(flow?.sent),
    requestsPerSec: perSec(flow?.answered),
    outputTokensPerSec,
    inputTokensPerSec: perSec(flow?.inputTokens),
    latency: latencyTable(chosen, all.length - chosen.ok.length),
    latencyOfOk: latencyTable(chosen, 0),
    goodput,
    ...lengthsOf(chosen),
    running: { mean: flow?.running ?? null, peak: facts.peakRunning },
    littleResidual: littleResidual(chosen, running, outputTokensPerSec),
    ...courseOf(chosen),
    usdPerMtokOutput: usd(outputTokensPerSec),
    usdPerMtokOutputAtGoodput: usd(goodput?.tokensPerSec),
  };
}

function countsOf({ log, all }: Chosen): LoadTestPoint["counts"] {
  const counts = {
    sent: log.size(),
    ok: 0,
    failed: 0,
    timedOut: 0,
    cancelled: 0,
    inWindow: all.length,
    reconnected: 0,
  };
  const names = { ok: "ok", failed: "failed", "timed-out": "timedOut", cancelled: "cancelled" } as const;
  for (let index = 0; index < log.size(); index++) {
    counts[names[log.outcome(index)]] += 1;
    if (log.isReconnected(index)) counts.reconnected += 1;
  }
  return counts;
}

function latencyTable({ log, all, ok }: Chosen, failedRequests: number): LatencyTable {
  const latenciesOf = (field: "ttftMs" | "tpotMs" | "e2eMs"): Float64Array =>
    Float64Array.from(ok, (index) => log.number(field, index)).filter((value) => !Number.isNaN(value));
  const isOk = new Set(ok);
  return {
    ttft: latencySummary(latenciesOf("ttftMs"), failedRequests),
    tpot: latencySummary(latenciesOf("tpotMs"), failedRequests),
    itl: latencySummary(log.gaps((index) => isOk.has(index))), // the number of gaps of a failed request is unknown
    e2e: latencySummary(latenciesOf("e2eMs"), failedRequests),
    ntpot: latencySummary(
      Float64Array.from(ok, (index) => log.number("e2eMs", index) / log.number("outputTokens", index)),
      failedRequests,
    ),
    queueDelay: latencySummary(Float64Array.from(all, (index) => log.number("queueDelayMs", index))),
  };
}

function goodputOf({ log, window, all }: Chosen, slo: LatencySlo): LoadTestPoint["goodput"] {
  const kept = all.filter((index) => keepsSlo(log, index, slo));
  const tokens = kept.reduce((sum, index) => sum + log.number("outputTokens", index), 0);
  const seconds = window.toSec - window.fromSec;
  return {
    slo,
    attainment: all.length === 0 ? null : kept.length / all.length,
    requestsPerSec: seconds > 0 ? kept.length / seconds : null,
    tokensPerSec: seconds > 0 ? tokens / seconds : null,
  };
}

type Lengths = Pick<LoadTestPoint, "inputTokens" | "outputTokens" | "countedBy" | "tokensPerChunk" | "cachedShare">;

function lengthsOf({ log, ok }: Chosen): Lengths {
  const sumOf = (field: "inputTokens" | "outputTokens" | "cachedTokens" | "chunks"): Float64Array =>
    Float64Array.from(ok, (index) => log.number(field, index));
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const counted = ok.filter((index) => log.isCounted(index));
  const input = sumOf("inputTokens").filter((value) => !Number.isNaN(value));
  const cached = ok.filter((index) => !Number.isNaN(log.number("cachedTokens", index)));
  const cachedOf = sum(Float64Array.from(cached, (index) => log.number("inputTokens", index)));
  const cachedTokens = sum(Float64Array.from(cached, (index) => log.number("cachedTokens", index)));
  const chunks = sum(Float64Array.from(counted, (index) => log.number("chunks", index)));
  const tokens = sum(Float64Array.from(counted, (index) => log.number("outputTokens", index)));
  return {
    inputTokens: input.length === 0 ? null : observed(input),
    outputTokens: observed(sumOf("outputTokens")),
    countedBy: counted.length === ok.length && ok.length > 0 ? "usage" : counted.length === 0 ? "chunks" : "mixed",
    tokensPerChunk: chunks === 0 ? null : tokens / chunks,
    cachedShare: cachedOf > 0 ? Math.min(1, cachedTokens / cachedOf) : null,
  };
}

/** Lengths with a histogram in powers of two. */
function observed(values: Float64Array): ObservedLengths {
  const sorted = values.toSorted();
  const n = sorted.length;
  if (n === 0) return { n, mean: null, cv: null, min: null, p50: null, max: null, bins: [] };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
  const bins = new Map<number, number>();
  for (const value of sorted) {
    const from = value < 1 ? 0 : 2 ** Math.floor(Math.log2(value));
    bins.set(from, (bins.get(from) ?? 0) + 1);
  }
  return {
    n,
    mean,
    cv: mean === 0 ? null : Math.sqrt(variance) / mean,
    min: sorted[0]!,
    p50: quantileSorted(sorted, 0.5),
    max: sorted[n - 1]!,
    bins: [...bins].map(([from, requests]) => ({ from, to: Math.max(1, 2 * from), requests })),
  };
}

/**
 * Little's law: requests in flight divided by throughput times residence time. Uses the nominal concurrency if one was
 * maintained, otherwise the measured mean. Failures, a wrong token count or a client that did not maintain its load
 * move the ratio away from 1.
 *
 * @source Little 1961; as `C = X (TTFT + TPOT (O − 1)) / O`, in which the bracket is the end-to-end time
 */
function littleResidual({ log, ok }: Chosen, running: number | undefined, tokensPerSec: number | null): number | null {
  if (running === undefined || tokensPerSec === null || ok.length === 0) return null;
  const mean = (field: "e2eMs" | "outputTokens"): number =>
    ok.reduce((sum, index) => sum + log.number(field, index), 0) / ok.length;
  const implied = ((tokensPerSec / mean("outputTokens")) * mean("e2eMs")) / 1000;
  return implied > 0 ? running / implied : null;
}

type Course = Pick<LoadTestPoint, "ttftSlopeMsPerSec" | "queueGrows" | "ttftOverTime">;

/** TTFT by send time. */
function courseOf({ log, window, ok }: Chosen): Course {
  const byDue = ok.toSorted((a, b) => log.number("dueSec", a) - log.number("dueSec", b));
  const batches = Math.min(BATCHES, Math.floor(byDue.length / 5));
  const means = (field: "dueSec" | "ttftMs"): Float64Array =>
    Float64Array.from({ length: batches }, (_, position) => {
      const [from, to] = [position, position + 1].map((value) => Math.round((value * byDue.length) / batches));
      return byDue.slice(from, to).reduce((sum, index) => sum + log.number(field, index), 0) / (to! - from!);
    });
  const ttft = means("ttftMs");
  const slope = batches < 4 ? undefined : slopeOf(means("dueSec"), ttft);
  const isSure = slope !== undefined && Math.abs(slope.t) > SURE;
  const rise = (slope?.perX ?? 0) * (window.toSec - window.fromSec);
  return {
    ttftSlopeMsPerSec: isSure ? slope.perX : null,
    queueGrows: slope === undefined ? null : isSure && rise > GROWS_BY * quantileSorted(ttft.toSorted(), 0.5),
    ttftOverTime: ttftOverTime(log, window),
  };
}

function ttftOverTime(log: RequestLog, { sendingSec }: Window): LoadTestPoint["ttftOverTime"] {
  const width = sendingSec / STEPS;
  if (width === 0) return [];
  const steps = Array.from({ length: STEPS }, () => ({ values: [] as number[], failedRequests: 0 }));
  let first = Number.POSITIVE_INFINITY;
  for (let index = 0; index < log.size(); index++) first = Math.min(first, log.number("dueSec", index));
  for (let index = 0; index < log.size(); index++) {
    const position = Math.min(STEPS - 1, Math.floor((log.number("dueSec", index) - first) / width));
    const outcome = log.outcome(index);
    if (outcome === "ok") steps[position]!.values.push(log.number("ttftMs", index));
    else if (outcome !== "cancelled") steps[position]!.failedRequests += 1;
  }
  return steps.flatMap(({ values, failedRequests }, index) => {
    const { n, p50, p95 } = latencySummary(Float64Array.from(values), failedRequests);
    return n === 0 ? [] : [{ atSec: first + (index + 0.5) * width, n, p50, p95 }];
  });
}

import { percent, whole } from "../base/words.ts";
import type { LoadTestPoint, LoadTestResult, OfferedLoad, StopReason } from "../domain/loadtest-result.ts";
import type { LoadTestSpec } from "../domain/loadtest-spec.ts";
import { arrivalTimes } from "./arrivals.ts";
import { searchCapacity, type Tried } from "./capacity.ts";
import { measurePoint } from "./measure-point.ts";
import { runPoint, type TestRun } from "./run-point.ts";
import { saturates } from "./saturation.ts";

/** All operating points of a test, and the one that it stands for. */
export type Measured = {
  points: LoadTestPoint[];
  headline: LoadTestPoint;
  sloCapacity: LoadTestResult["sloCapacity"];
  stopped: StopReason;
};

/** Rates of a sweep without an end of its own: 2^20 times the first. */
const MOST_DOUBLINGS = 20;

type Measuring = {
  points: LoadTestPoint[];
  stopped: StopReason;
  /** Measures one load; undefined where the bounds let nothing more be sent. */
  measure: (load: OfferedLoad) => Promise<LoadTestPoint | undefined>;
};

/** Measures what a spec asks for: one operating point, a row of rates, or a search. */
export async function measureLoads(
  test: TestRun,
  spec: LoadTestSpec,
  onPoint: ((point: LoadTestPoint) => void) | undefined,
): Promise<Measured> {
  const measuring = measuringOf(test, spec, onPoint);
  const { points } = measuring;
  if (spec.findCapacity) {
    const sloCapacity = await findCapacity(measuring, spec);
    const at = points.findLast((point) => rateOf(point) === sloCapacity.ratePerSec);
    const headline = at ?? points.toSorted((a, b) => rateOf(a) - rateOf(b))[0]!;
    return { points, headline, sloCapacity, stopped: measuring.stopped };
  }
  if (spec.mode === "sweep") await sweep(measuring, spec);
  else await measuring.measure(loadOf(spec));
  return { points, headline: bestOf(points), sloCapacity: null, stopped: measuring.stopped };
}

function measuringOf(
  test: TestRun,
  spec: LoadTestSpec,
  onPoint: ((point: LoadTestPoint) => void) | undefined,
): Measuring {
  const facts = {
    warmup: spec.warmup,
    tail: spec.tail,
    slo: spec.slo,
    usdPerHour: spec.usdPerGpuHour === undefined ? undefined : Number(spec.usdPerGpuHour) * spec.gpuCount,
  };
  const measuring: Measuring = {
    points: [],
    stopped: "done",
    measure: async (load) => {
      const index = measuring.points.length;
      const seed = (spec.seed + 0x9e3779b9 * index) >>> 0; // each point has arrivals of its own
      const dueTimes = load.kind === "rate" ? arrivalTimes(load, seed) : undefined;
      const run = await runPoint(test, { index, load, dueTimes, seconds: spec.seconds, requests: spec.requests });
      measuring.stopped = run.stopped;
      if (run.log.size() === 0 && index > 0) return undefined;
      const point = measurePoint(run.log, { ...facts, load: meanLoad(load, run.log), peakRunning: run.peakRunning });
      measuring.points.push(point);
      onPoint?.(point);
      return point;
    },
  };
  return measuring;
}

function loadOf(spec: LoadTestSpec): OfferedLoad {
  if (spec.mode === "sync") return { kind: "concurrency", requests: 1 };
  if (spec.mode === "concurrent") return { kind: "concurrency", requests: spec.concurrency };
  if (spec.mode === "trace") return { kind: "trace", perSec: 0 };
  return { kind: "rate", perSec: spec.rate, arrivals: spec.mode === "constant" ? "constant" : "poisson" };
}

/** The load with the mean rate that a trace turned out to have. */
function meanLoad(
  load: OfferedLoad,
  log: { size: () => number; number: (field: "dueSec", index: number) => number },
): OfferedLoad {
  if (load.kind !== "trace") return load;
  let last = 0;
  for (let index = 0; index < log.size(); index++) last = Math.max(last, log.number("dueSec", index));
  return { kind: "trace", perSec: last === 0 ? 0 : (log.size() - 1) / last };
}

/** Rate after rate: those that are given, or doubled until one saturates. */
async function sweep(measuring: Measuring, spec: LoadTestSpec): Promise<void> {
  const rates =
    spec.rates?.toSorted((a, b) => a - b) ?? Array.from({ length: MOST_DOUBLINGS }, (_, at) => spec.rate * 2 ** at);
  for (const perSec of rates) {
    const before = measuring.points.at(-1);
    const point = await measuring.measure({ kind: "rate", perSec, arrivals: spec.arrivals });
    if (point === undefined || measuring.stopped !== "done") return;
    if (spec.rates === undefined && before !== undefined && saturates(point, before)) return;
  }
}

async function findCapacity(
  measuring: Measuring,
  spec: LoadTestSpec,
): Promise<NonNullable<LoadTestResult["sloCapacity"]>> {
  const tryRate = async (perSec: number): Promise<Tried> => {
    const point = await measuring.measure({ kind: "rate", perSec, arrivals: spec.arrivals });
    const attainment = point?.goodput?.attainment ?? null;
    if (point === undefined || attainment === null || measuring.stopped !== "done" || isDead(point)) return "ended";
    return attainment >= spec.attainment && point.queueGrows !== true ? "kept" : "broken";
  };
  const bounds = { from: spec.rate, precision: spec.precision, least: spec.rate / 1024, most: 100_000 };
  const { kept, broken, isCut } = await searchCapacity(bounds, tryRate);
  const at = measuring.points.findLast((point) => rateOf(point) === kept);
  const isFound = kept !== undefined && broken !== undefined && !isCut;
  return {
    ratePerSec: kept ?? null,
    failsAtPerSec: broken ?? null,
    attainment: spec.attainment,
    requestsPerSec: at?.goodput?.requestsPerSec ?? null,
    outputTokensPerSec: at?.outputTokensPerSec ?? null,
    precision: kept === undefined || broken === undefined ? null : (broken - kept) / broken,
    reason: isFound
      ? `bisection on the rate, one measurement for each${sureness(at, spec.attainment)}`
      : isCut
        ? `the search was ended by ${endOf(measuring)} before it was done`
        : "no rate that was tried kept the SLO",
  };
}

/**
 * How well the edge is known. An attainment is a share of a number of requests, and requests of one queue follow each
 * other, so that they tell less than as many independent ones; Poisson arrivals have a count of their own too.
 */
function sureness(at: LoadTestPoint | undefined, attainment: number): string {
  const n = at?.counts.inWindow ?? 0;
  if (n === 0) return "";
  const error = Math.sqrt((attainment * (1 - attainment)) / n);
  const isRandom = at?.load.kind === "rate" && at.load.arrivals === "poisson";
  const rate = isRandom ? `, and ${whole(n)} random arrivals offer a rate to ± ${percent(1 / Math.sqrt(n))}` : "";
  return `; of ${whole(n)} requests an attainment of ${percent(attainment)} is known to ± ${percent(error)} at best${rate}: more --seconds make it surer`;
}

/** Every request was refused, none was merely slow: at half the rate it would be the same, for twice as long. */
function isDead({ counts: { ok, timedOut } }: LoadTestPoint): boolean {
  return ok === 0 && timedOut === 0;
}

/** What ended a search that was not done. */
function endOf({ points, stopped }: Measuring): string {
  if (stopped !== "done") return stopped;
  const last = points.at(-1)!;
  return isDead(last) && last.misses.length > 0
    ? `an endpoint that answers no request (${last.misses[0]!.reason})`
    : "a point without a request in its window";
}

function rateOf({ load }: LoadTestPoint): number {
  return load.kind === "rate" ? load.perSec : 0;
}

/** The point of most goodput; of most output where there is no SLO. */
function bestOf(points: readonly LoadTestPoint[]): LoadTestPoint {
  const worth = ({ goodput, outputTokensPerSec }: LoadTestPoint): number =>
    (goodput === null ? outputTokensPerSec : goodput.requestsPerSec) ?? -1;
  return points.reduce((best, point) => (worth(point) > worth(best) ? point : best));
}

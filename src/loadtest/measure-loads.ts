import type { LoadTestPoint, LoadTestResult, OfferedLoad, StopReason } from "../domain/loadtest-result.ts";
import type { LoadTestSpec } from "../domain/loadtest-spec.ts";
import { arrivalTimes } from "./arrivals.ts";
import { findCapacity, type Measuring, rateOf } from "./find-capacity.ts";
import { measurePoint } from "./measure-point.ts";
import type { PointPlan, PointRun } from "./run-point.ts";
import { saturates } from "./saturation.ts";

/** All operating points of a test, and the representative one. */
export type Measured = {
  points: LoadTestPoint[];
  headline: LoadTestPoint;
  sloCapacity: LoadTestResult["sloCapacity"];
  stopped: StopReason;
};

/** Maximum number of doublings in a sweep: up to 2^20 times the first rate. */
const MOST_DOUBLINGS = 20;

/** Offers the load of one operating point and returns its requests. */
export type Offer = (plan: PointPlan) => Promise<PointRun>;

/** Measures the load of a spec: one operating point, a series of rates, or a search. */
export async function measureLoads(
  offer: Offer,
  spec: LoadTestSpec,
  onPoint?: (point: LoadTestPoint) => void,
): Promise<Measured> {
  const measuring = measuringOf(offer, spec, onPoint);
  const { points } = measuring;
  if (spec.findCapacity) {
    const sloCapacity = await findCapacity(measuring, spec);
    const capacityPoint = points.findLast((point) => rateOf(point) === sloCapacity.ratePerSec);
    const headline = capacityPoint ?? points.toSorted((a, b) => rateOf(a) - rateOf(b))[0]!;
    return { points, headline, sloCapacity, stopped: measuring.stopped };
  }
  if (spec.mode === "sweep") await sweep(measuring, spec);
  else await measuring.measure(loadOf(spec));
  return { points, headline: bestOf(points), sloCapacity: null, stopped: measuring.stopped };
}

function measuringOf(
  offer: Offer,
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
      const seed = (spec.seed + 0x9e3779b9 * index) >>> 0; // each point has its own arrivals
      const dueTimes = load.kind === "rate" ? arrivalTimes(load, seed) : undefined;
      const run = await offer({ index, load, dueTimes, seconds: spec.seconds, requests: spec.requests });
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

/** The load with the mean rate of a finished trace. */
function meanLoad(
  load: OfferedLoad,
  log: { size: () => number; number: (field: "dueSec", index: number) => number },
): OfferedLoad {
  if (load.kind !== "trace") return load;
  let last = 0;
  for (let index = 0; index < log.size(); index++) last = Math.max(last, log.number("dueSec", index));
  return { kind: "trace", perSec: last === 0 ? 0 : (log.size() - 1) / last };
}

/** Measures one rate after another: the given ones, or doubling until saturation. */
async function sweep(measuring: Measuring, spec: LoadTestSpec): Promise<void> {
  const rates =
    spec.rates?.toSorted((a, b) => a - b) ??
    Array.from({ length: MOST_DOUBLINGS }, (_, index) => spec.rate * 2 ** index);
  for (const perSec of rates) {
    const before = measuring.points.at(-1);
    const point = await measuring.measure({ kind: "rate", perSec, arrivals: spec.arrivals });
    if (point === undefined || measuring.stopped !== "done") return;
    if (spec.rates === undefined && before !== undefined && saturates(point, before)) return;
  }
}

/** The point with the highest goodput, or the highest output if there is no SLO. */
function bestOf(points: readonly LoadTestPoint[]): LoadTestPoint {
  const worth = ({ goodput, outputTokensPerSec }: LoadTestPoint): number =>
    (goodput === null ? outputTokensPerSec : goodput.requestsPerSec) ?? -1;
  return points.reduce((best, point) => (worth(point) > worth(best) ? point : best));
}

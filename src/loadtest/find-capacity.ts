import { formatNumber } from "../base/units.ts";
import { percent, whole } from "../base/words.ts";
import type { LoadTestPoint, LoadTestResult, OfferedLoad, StopReason } from "../domain/loadtest-result.ts";
import type { LoadTestSpec } from "../domain/loadtest-spec.ts";
import { type Bracket, searchCapacity, type Tried } from "./capacity.ts";

/** Measures operating points one after another, within the limits of the test. */
export type Measuring = {
  points: LoadTestPoint[];
  stopped: StopReason;
  /** Measures one load; undefined if the limits allow no more requests. */
  measure: (load: OfferedLoad) => Promise<LoadTestPoint | undefined>;
};

type SloCapacity = NonNullable<LoadTestResult["sloCapacity"]>;

/**
 * Searches for the highest rate that meets the SLO of a spec. A rate is within capacity if its last measurement and all
 * its measurements together met the SLO.
 */
export async function findCapacity(measuring: Measuring, spec: LoadTestSpec): Promise<SloCapacity> {
  const measured: LoadTestPoint[] = []; // without those that were cut short by a limit of the test
  const tryRate = async (perSec: number): Promise<Tried> => {
    const point = await measuring.measure({ kind: "rate", perSec, arrivals: spec.arrivals });
    const attainment = point?.goodput?.attainment ?? null;
    if (point === undefined || attainment === null || measuring.stopped !== "done" || isDead(point)) return "ended";
    measured.push(point);
    return keeps(point, spec) && attainedAt(measured, perSec).attained! >= spec.attainment ? "kept" : "broken";
  };
  const bounds = { from: spec.rate, precision: spec.precision, least: spec.rate / 1024, most: MOST_PER_SEC };
  const bracket = await searchCapacity(bounds, tryRate);
  const { kept, broken } = bracket;
  const keptPoint = measured.findLast((point) => rateOf(point) === kept);
  return {
    ratePerSec: kept ?? null,
    failsAtPerSec: broken ?? null,
    attainment: spec.attainment,
    confirmed: bracket.isConfirmed,
    ...attainedAt(measured, kept),
    requestsPerSec: keptPoint?.goodput?.requestsPerSec ?? null,
    outputTokensPerSec: keptPoint?.outputTokensPerSec ?? null,
    precision: kept === undefined || broken === undefined ? null : (broken - kept) / broken,
    reason: reasonOf(bracket, { measuring, measured, spec }),
  };
}

/** Highest rate that a spec may request. */
const MOST_PER_SEC = 100_000;

/** Whether one measurement met the SLO. */
function keeps({ goodput, queueGrows }: LoadTestPoint, { attainment }: LoadTestSpec): boolean {
  return goodput!.attainment! >= attainment && queueGrows !== true;
}

/** Attainment of all measurements of a rate together. */
function attainedAt(
  measured: readonly LoadTestPoint[],
  perSec: number | undefined,
): Pick<SloCapacity, "measurements" | "requests" | "attained"> {
  const pointsAtRate = measured.filter((point) => rateOf(point) === perSec);
  const sum = (countOf: (point: LoadTestPoint) => number): number =>
    pointsAtRate.reduce((total, entry) => total + countOf(entry), 0);
  const requests = sum(({ counts }) => counts.inWindow);
  const kept = sum(({ counts, goodput }) => Math.round(counts.inWindow * goodput!.attainment!));
  return { measurements: pointsAtRate.length, requests, attained: requests === 0 ? null : kept / requests };
}

/** Explains how a capacity was found and how certain it is, or why there is none. */
function reasonOf(
  { kept, broken, isConfirmed, isCut }: Bracket,
  { measuring, measured, spec }: { measuring: Measuring; measured: readonly LoadTestPoint[]; spec: LoadTestSpec },
): string {
  if (isCut) {
    const isBisected = kept !== undefined && broken !== undefined && (broken - kept) / broken <= 1.01 * spec.precision;
    const end = endOf(measuring);
    return `the search was ended by ${end} before ${isBisected ? "both rates had been measured again" : "it was done"}`;
  }
  if (kept === undefined) return "none of the tried rates met the SLO";
  const found = isConfirmed
    ? "bisection on the rate, both ends measured again"
    : "bisection on the rate; repeated measurements of its ends disagreed";
  return `${found}${doubtOf(measured, broken, spec)}${sureness(attainedAt(measured, kept).requests, spec)}`;
}

/**
 * The failing rate may have met the SLO in one of its measurements because of a hiccup of the endpoint or of this
 * machine.
 */
function doubtOf(measured: readonly LoadTestPoint[], broken: number | undefined, spec: LoadTestSpec): string {
  const brokenPoints = measured.filter((point) => broken !== undefined && rateOf(point) === broken);
  const keeping = brokenPoints.filter((point) => keeps(point, spec)).length;
  return keeping === 0
    ? ""
    : `; ${formatNumber(broken!)} met it in ${keeping} of ${brokenPoints.length} measurements: the capacity may be higher`;
}

/**
 * Certainty of the boundary. Attainment is a share of requests, and requests in one queue are correlated, so they are
 * less informative than independent ones; the number of Poisson arrivals varies too.
 */
function sureness(requests: number, { attainment, arrivals }: LoadTestSpec): string {
  if (requests === 0) return "";
  const error = Math.sqrt((attainment * (1 - attainment)) / requests);
  const rate =
    arrivals === "poisson"
      ? `, and ${whole(requests)} random arrivals determine a rate only to ± ${percent(1 / Math.sqrt(requests))}`
      : "";
  return `; of ${whole(requests)} requests an attainment of ${percent(attainment)} is known to ± ${percent(error)} at best${rate}: increase --seconds for a more precise result`;
}

/** True if all requests were refused, and none was merely slow: half the rate would have the same result. */
function isDead({ counts: { ok, timedOut } }: LoadTestPoint): boolean {
  return ok === 0 && timedOut === 0;
}

const ENDS: Partial<Record<StopReason, string>> = {
  interrupted: "an interrupt",
  "write-failed": "a record that could not be written",
  killed: "a kill",
};

/** Reason for an incomplete search. */
function endOf({ points, stopped }: Measuring): string {
  if (stopped !== "done") return ENDS[stopped] ?? `--${stopped}`;
  const last = points.at(-1)!;
  return isDead(last) && last.failedRequests.length > 0
    ? `an endpoint that answers no request (${last.failedRequests[0]!.reason})`
    : "a point without a request in its window";
}

/** The offered rate of a point; 0 if it has none. */
export function rateOf({ load }: LoadTestPoint): number {
  return load.kind === "rate" ? load.perSec : 0;
}

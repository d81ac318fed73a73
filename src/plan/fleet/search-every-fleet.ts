import { formatNumber, formatRange, formatUsd } from "../../base/units.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { FleetCandidate, FleetRank, FleetRejection, FleetSearch } from "../../domain/fleet-search.ts";
import { bestLayouts, type Candidate, stepHours } from "./best-layouts.ts";
import { enumerateFleets, type LaidOut } from "./enumerate-fleets.ts";
import { fittingRuns, type Priced } from "./fitting-runs.ts";
import type { FleetRequest } from "./fleet-request.ts";
import { keptSearch } from "./kept-search.ts";
import { type Point, paretoFront } from "./pareto.ts";
import { priceFleet } from "./price-fleet.ts";
import { rejectedFleets, type Rejections } from "./rejected-fleets.ts";
import { LOST } from "./time-run.ts";
import { unpricedFleets } from "./unpriced-fleets.ts";

/**
 * Tries every GPU, count, layout, micro-batch and term for a run, and ranks those with which it fits at p90 within the
 * deadline and the budget. Of the layouts and micro-batches with the same GPUs and term, the fastest is listed. Memory
 * is computed for a few micro-batches of a layout, speed for those that fit, each once for all terms.
 *
 * @returns the options in order, with the Pareto front of median hours and cost, and every other candidate counted.
 * Less certain options (an old price, a vendor with few measured speeds) dominate only each other and come last.
 */
export function searchEveryFleet(request: FleetRequest): FleetSearch {
  return keptSearch(request, search);
}

function search(request: FleetRequest): FleetSearch {
  const rejected = rejectedFleets();
  const best = bestLayouts(rejected, request.spec.batchSequences);
  const laidOut = enumerateFleets(request);
  for (const fleet of laidOut) for (const candidate of candidatesOf(request, fleet, rejected)) best.add(candidate);
  const options = best.all().flatMap((candidate) => withinBounds(request, candidate, rejected));
  return {
    rank: request.rank,
    deadlineHours: request.deadlineHours ?? null,
    budgetUsd: request.budgetUsd ?? null,
    candidates: laidOut.reduce((sum, { batches }) => sum + batches.length, 0) * request.terms.length,
    options: ranked(options, request.rank),
    unpriced: request.listUnpriced ? unpricedFleets(request, laidOut, cheapestCost(options)) : [],
    rejected: rejected.groups(),
    each: request.listRejected ? rejected.each() : [],
  };
}

/** The candidates of one layout that have a price, fit at p90 and have a speed. */
function candidatesOf(request: FleetRequest, fleet: LaidOut, rejected: Rejections): Candidate[] {
  const { refused, batches } = fleet;
  if (refused?.isOfGpu === true) {
    rejected.add({ fleet, batches, terms: request.terms, reason: refused.reason, why: () => refused.why });
    return [];
  }
  const prices = request.terms.map((term) => ({ term, price: request.priceOf(fleet.gpu.id, term) }));
  const priced: Priced[] = [];
  for (const price of prices) {
    const { usd } = price.price;
    if (!isRefusal(usd)) priced.push(price);
    else rejected.add({ fleet, batches, terms: [price.term], reason: "no-price", why: () => usd.refused });
  }
  if (priced.length === 0) return [];
  const terms = priced.map(({ term }) => term);
  return fittingRuns(request, fleet, { terms, rejected }).flatMap((timed) =>
    priced.flatMap(({ term, price }) => {
      const hours = stepHours(timed, term);
      if (hours !== undefined) return [{ timed, fleet, term, price, hours }];
      rejected.add({ fleet, batches: [timed.batch], terms: [term], reason: "speed-unknown", why: () => LOST.refused });
      return [];
    }),
  );
}

type Option = ReturnType<typeof priceFleet> & { point: Point };

/** The complete option, or undefined if it misses the deadline or the budget at p90. */
function withinBounds(request: FleetRequest, candidate: Candidate, rejected: Rejections): Option[] {
  const { fleet, timed, term, price } = candidate;
  const { batch } = timed;
  const option = priceFleet(request, timed, { gpu: fleet.gpu, term, price });
  const { hours, cost } = option;
  const { deadlineHours, budgetUsd } = request;
  const reject = (reason: FleetRejection, why: string): Option[] => {
    rejected.add({ fleet, batches: [batch], terms: [term], reason, why: () => why });
    return [];
  };
  if (isRefusal(hours)) return reject("speed-unknown", hours.refused);
  if (isRefusal(cost)) return reject("speed-unknown", cost.refused);
  if (deadlineHours !== undefined && hours.p90 > deadlineHours)
    return reject(
      "over-deadline",
      `takes ${formatRange(hours.p10, hours.p90)} of ${formatNumber(deadlineHours)} wall hours`,
    );
  if (budgetUsd !== undefined && cost.p90 > Number(budgetUsd))
    return reject("over-budget", `costs ${formatRange(cost.p10, cost.p90, formatUsd)} of ${budgetUsd} USD`);
  return [{ point: { hours: hours.p50, cost: cost.p50 }, ...option }];
}

/** Cost of the cheapest option, among the certain options if there are any. */
function cheapestCost(options: readonly Option[]): Quantity | undefined {
  const sure = options.filter(({ isLessSure }) => !isLessSure);
  return (sure.length > 0 ? sure : options).toSorted((a, b) => a.point.cost - b.point.cost)[0]?.cost;
}

/** Options in order, each with its dominator. Less certain options dominate only each other. */
function ranked(options: readonly Option[], rank: FleetRank): FleetCandidate[] {
  const [first, second] = rank === "time" ? (["hours", "cost"] as const) : (["cost", "hours"] as const);
  const order = options.toSorted(
    (a, b) =>
      Number(a.isLessSure) - Number(b.isLessSure) ||
      a.point[first] - b.point[first] ||
      a.point[second] - b.point[second] ||
      a.gpuCount - b.gpuCount,
  );
  const sure = order.filter(({ isLessSure }) => !isLessSure);
  const ofSure = paretoFront(sure.map(({ point }) => point));
  const ofAll = paretoFront(order.map(({ point }) => point));
  return order.map((entry, index) => {
    const { point: _point, ...option } = entry;
    const dominator = entry.isLessSure ? ofAll[index]! : ofSure[index]!; // certain options first
    const by = dominator === null ? undefined : entry.isLessSure ? order[dominator]! : sure[dominator]!;
    return {
      ...option,
      onFront: by === undefined,
      dominatedBy: by === undefined ? null : `${by.gpuCount} × ${by.gpu} ${by.term}`,
    };
  });
}

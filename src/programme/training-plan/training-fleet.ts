import { allGpus, findGpu } from "../../catalog/gpus.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { FleetCandidate } from "../../domain/fleet-search.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import { RunSpec } from "../../domain/run-spec.ts";
import type { FleetOption } from "../../domain/study.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import { fleetRun, gpuCounts } from "../../plan/fleet/enumerate-fleets.ts";
import type { FleetRequest } from "../../plan/fleet/fleet-request.ts";
import { oneFleet } from "../../plan/fleet/one-fleet.ts";
import { searchEveryFleet } from "../../plan/fleet/search-every-fleet.ts";
import { spotFacts } from "../../plan/fleet/spot.ts";
import { trainMemory, type TrainRun } from "../../plan/memory/memory.ts";
import { fleetPrices } from "../prices/fleet-prices.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { largestCount, onOwnedFleets } from "./owned-fleets.ts";

/**
 * Bytes of full-precision state shrink with the number of GPUs until checkpoints and logits remain; more GPUs than this
 * do not help.
 */
const DEFAULT_MAX_GPUS = 64;

/**
 * The fleet search for a run of a programme: on its GPU, otherwise on all with a price, by its term on the day.
 *
 * @param on day of the prices, YYYY-MM-DD
 */
export function fleetRequest(
  { programme, prices }: LoadedProgramme,
  on: string,
  run: Pick<FleetRequest, "shape" | "spec" | "volume" | "calibration" | "assumption"> & {
    maxGpus: number | undefined;
    userGpu: Gpu | undefined;
  },
): FleetRequest {
  const { gpuUsdPerHour, term, sellerClass, gpuCount, fleets } = programme.training;
  const { maxGpus, userGpu, ...asked } = run;
  const usd =
    gpuUsdPerHour === undefined
      ? undefined
      : pointEstimate(Number(gpuUsdPerHour), "USD", "training.gpuUsdPerHour of programme.yaml");
  const priceOf = fleetPrices({ prices, sellerClass, on, stated: usd === undefined ? undefined : { usd, term } });
  return {
    ...asked,
    gpus: userGpu ? [userGpu] : allGpus().filter(({ id }) => !isRefusal(priceOf(id, term).usd)),
    terms: [term],
    priceOf,
    spot: spotFacts(run.assumption),
    maxGpus: maxGpus ?? Math.max(DEFAULT_MAX_GPUS, fleets === undefined ? 0 : largestCount(fleets)),
    statedGpus: gpuCount,
    rank: "cost",
    ...(fleets === undefined ? {} : onOwnedFleets(fleets, priceOf)),
  };
}

/** The fleets for a run of a programme, and the run on the chosen one. */
export type TrainingFleet = {
  /** Fleets that fit the run, cheapest first and uncertain ones last; if none fits, those tried, with reasons. */
  fleets: FleetOption[];
  /** The user's fleet if its GPU is stated, otherwise the first that fits; undefined if none does. */
  fleet: FleetOption | undefined;
  run: TrainRun;
  memory: MemoryPlan;
};

/**
 * Chooses the fleet of a programme's run from the search that `plan fleet` prints: among those on which the run fits,
 * with the user's GPU and number of GPUs if given, the cheapest for the whole run, preferring those whose price and
 * speed are certain enough. If it fits on none, the user's own fleet, otherwise one GPU.
 *
 * @param request with its single term
 */
export function trainingFleet(request: FleetRequest, userGpu: Gpu | undefined): TrainingFleet {
  const { statedGpus } = request;
  const isStated = ({ gpuCount }: FleetOption): boolean => statedGpus === undefined || gpuCount === statedGpus;
  const { options } = searchEveryFleet(request);
  const found = options.find(isStated);
  if (found !== undefined) {
    const run = runOn(request, found);
    return { fleets: options.map(optionOf), fleet: optionOf(found), run, memory: trainMemory(run) };
  }
  const tried = options.length > 0 ? [] : triedFleets(request);
  const fleets = options.length > 0 ? options.map(optionOf) : tried.map(({ option }) => option);
  const held = tried.find(({ option }) => holds(option) && isStated(option));
  if (held !== undefined) return { fleets, fleet: held.option, run: held.run, memory: held.memory };
  const isOwned = request.ownedGpus !== undefined;
  const gpu = userGpu ?? (isOwned ? request.gpus[0]! : findGpu(request.spec.gpu));
  const place = { gpu, gpuCount: statedGpus ?? request.ownedGpus?.get(gpu.id) ?? 1 };
  const { run, memory, option } = oneFleet(request, place);
  const own = { ...optionOf(option), reason: `the fleet of the programme ${option.reason}` };
  return { fleets, fleet: userGpu === undefined && !isOwned ? undefined : own, run, memory };
}

/** A run on an option of a search: its layout and its micro-batch. */
function runOn(request: FleetRequest, option: FleetCandidate): TrainRun {
  const { gpuCount, tensorParallel, pipelineParallel, batchSequences, gradAccum } = option;
  const sharding = RunSpec.shape.sharding.parse(option.sharding);
  const layout = { gpuCount, tensorParallel, pipelineParallel, sharding: sharding === "auto" ? "none" : sharding };
  return fleetRun(request, { gpu: findGpu(option.gpu), layout }, { batchSequences, gradAccum });
}

type Tried = { option: FleetOption; run: TrainRun; memory: MemoryPlan };

/**
 * Fleets that a search does not list: those on which the run fits without a price or only at the median, then the
 * largest of every GPU on which it does not fit.
 */
function triedFleets(request: FleetRequest): Tried[] {
  const tried = request.gpus.flatMap((gpu) => {
    const all = gpuCounts(request, gpu).map((gpuCount) => {
      const one = oneFleet(request, { gpu, gpuCount });
      return { ...one, option: optionOf(one.option) };
    });
    const held = all.filter(({ option }) => holds(option));
    return held.length > 0 ? held : all.slice(-1);
  });
  return tried.toSorted((a, b) => FIT_ORDER[a.option.fits] - FIT_ORDER[b.option.fits]);
}

const FIT_ORDER: Readonly<Record<FleetOption["fits"], number>> = { yes: 0, tight: 1, unknown: 2, no: 3 };

function holds({ fits }: FleetOption): boolean {
  return fits === "yes" || fits === "tight";
}

/** Text of a study on a fleet: it has one term, and no front. */
function optionOf(candidate: Omit<FleetCandidate, "onFront" | "dominatedBy">): FleetOption {
  const { gpu, gpuCount, sharding, tensorParallel, pipelineParallel, batchSequences, gradAccum } = candidate;
  const { memory, fits, hours, usdPerGpuHour, cost, reason, notes } = candidate;
  return {
    gpu,
    gpuCount,
    sharding,
    tensorParallel,
    pipelineParallel,
    batchSequences,
    gradAccum,
    memory,
    fits,
    hours,
    usdPerGpuHour,
    cost,
    reason,
    notes,
  };
}

import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { formatNumber } from "../../base/units.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { allGpus, findGpu } from "../../catalog/gpus.ts";
import type { AssumptionOverride } from "../../domain/assumption.ts";
import { type FleetSearchRequest, MOST_FLEET_GPUS } from "../../domain/fleet-request.ts";
import type { FleetSearch } from "../../domain/fleet-search.ts";
import { RentalTerm, type SellerClass } from "../../domain/price.ts";
import type { Stated } from "../../domain/run-request.ts";
import { RunSpec } from "../../domain/run-spec.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import type { FleetRequest } from "../../plan/fleet/fleet-request.ts";
import { searchEveryFleet } from "../../plan/fleet/search-every-fleet.ts";
import { spotFacts } from "../../plan/fleet/spot.ts";
import { checkRun, impossibleRun } from "../../plan/layout/check-run.ts";
import { cutText } from "../../plan/speed/run-time.ts";
import { fleetPrices } from "../prices/fleet-prices.ts";
import { readPriceBook } from "../prices/price-book.ts";
import { largestCount, onOwnedFleets } from "../training-plan/owned-fleets.ts";

import { statedRun, statedVolume } from "./stated-run.ts";

/** A fleet search, and its run. */
export type FleetPlan = { search: FleetSearch; spec: RunSpec; note: string };

/** The part of a search that depends on its run and context; the limits are those of the request. */
type FleetRun = Pick<
  FleetRequest,
  "shape" | "spec" | "volume" | "calibration" | "gpus" | "ownedGpus" | "terms" | "priceOf" | "statedGpus" | "maxGpus"
> & { note: string; assumptions: Readonly<Record<string, AssumptionOverride>> };

/**
 * GPUs, counts, terms, layouts and micro-batches for a run, stated or of a programme's training.
 *
 * @throws Failure bad_input for the rank `deadline` without one, and without a volume; as `statedRun` and `programmeRun`
 */
export async function planFleet(context: Context, asked: Stated<FleetSearchRequest>): Promise<FleetPlan> {
  const { dir, rank, deadlineHours, globalBatch, budgetUsd, interruptionsPerNodeHour, all } = asked.request;
  if (rank === "deadline" && deadlineHours === undefined)
    throw new Failure("bad_input", "--rank deadline needs a deadline", {
      hint: "add --deadline-hours with the wall hours that a run may take",
    });
  const { note, assumptions, ...run } =
    dir === undefined ? await ofRequest(context, asked) : await ofProgramme(context, dir, asked);
  const assumption = assumptionsWith(assumptions);
  const search = searchEveryFleet({
    ...run,
    globalBatch,
    rank,
    deadlineHours,
    budgetUsd,
    spot: spotFacts(assumption, interruptionsPerNodeHour),
    assumption,
    listRejected: all,
    listUnpriced: true,
  });
  return { search, spec: run.spec, note };
}

async function ofProgramme(context: Context, dir: string, asked: Stated<FleetSearchRequest>): Promise<FleetRun> {
  const { programmeRun } = await import("./programme-run.ts");
  const { request, stated } = asked;
  const limit = stated.has("maxGpus") ? request.maxGpus : undefined;
  const run = await programmeRun(context, { dir, on: request.on, maxGpus: limit }, asked);
  const { shape, spec, calibration, volume, statedHours, loaded } = run;
  const { gpu, gpuCount, gpuUsdPerHour, term, sellerClass, fleets } = loaded.programme.training;
  const maxGpus = limit ?? Math.max(request.maxGpus, fleets === undefined ? 0 : largestCount(fleets));
  const usd =
    gpuUsdPerHour === undefined
      ? undefined
      : pointEstimate(Number(gpuUsdPerHour), "USD", "training.gpuUsdPerHour of programme.yaml");
  const prices = fleetPrices({
    prices: loaded.prices,
    sellerClass,
    on: request.on ?? isoDay(context.now()),
    stated: usd === undefined ? undefined : { usd, term },
  });
  const note =
    statedHours === undefined
      ? ""
      : `\nthe programme states ${formatNumber(statedHours)} wall hours on ${spec.gpuCount} × ${spec.gpu}, which its cost uses; the hours below are estimates`;
  const count = fleets === undefined ? gpuCount : largestCount(fleets);
  const isCutOff = count !== undefined && count > maxGpus;
  const cutOff = isCutOff
    ? `\nwarning: the programme states ${count} GPUs, but fleets of at most ${maxGpus} are searched: its own fleet is not included${count <= MOST_FLEET_GPUS ? ` (--max-gpus ${count})` : ""}`
    : "";
  return {
    shape,
    spec: { ...run.asked, model: spec.model },
    volume,
    calibration,
    statedGpus: isCutOff ? undefined : gpuCount,
    maxGpus,
    gpus: gpu === undefined ? allGpus() : [findGpu(gpu)],
    terms: stated.has("term") ? [request.term!] : fleets === undefined ? termsOf(sellerClass) : [term],
    priceOf: prices,
    ...(fleets === undefined ? {} : onOwnedFleets(fleets, prices)),
    assumptions: loaded.programme.assumptions ?? {},
    note: `${note}${cutOff}`,
  };
}

async function ofRequest(context: Context, { request }: Stated<FleetSearchRequest>): Promise<FleetRun> {
  const named = { ...request, gpu: request.gpu ?? RunSpec.shape.gpu.parse(undefined) };
  // Every GPU is tried, so the precision is not changed: `precision` counts as stated.
  const { shape, spec, gpu, calibration } = await statedRun(context, {
    request: named,
    stated: new Set(["precision"]),
  });
  const anyLayout: RunSpec = { ...spec, sharding: "auto" };
  const gpus = request.gpu === undefined ? allGpus() : [gpu];
  if (gpus.every((entry) => impossibleRun(shape, anyLayout, entry) !== undefined)) checkRun(shape, anyLayout, gpu);
  const { prices } = await readPriceBook(context.cwd);
  const { usdPerGpuHour, term, sellerClass, on = isoDay(context.now()) } = request;
  const usd =
    usdPerGpuHour === undefined ? undefined : pointEstimate(Number(usdPerGpuHour), "USD", "--usd-per-gpu-hour");
  const stated = usd === undefined ? undefined : { usd, term: term ?? "on-demand" };
  const volume = statedVolume(request, spec.objective);
  const cut = cutText(volume, spec.sequenceTokens);
  return {
    shape,
    spec,
    volume,
    calibration,
    gpus,
    maxGpus: request.maxGpus,
    terms: term !== undefined ? [term] : termsOf(sellerClass),
    priceOf: fleetPrices({ prices, sellerClass, on, stated }),
    assumptions: {},
    note: cut === undefined ? "" : `\nwarning: ${cut}`,
  };
}

/** Terms for a run; a seller's reservation lasts about a year, so it does not apply to a run of hours. */
function termsOf(sellerClass: SellerClass): readonly RentalTerm[] {
  return sellerClass === "own-contract" ? RentalTerm.options : RentalTerm.exclude(["reserved"]).options;
}

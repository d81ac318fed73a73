import { Failure } from "../../base/failure.ts";
import { DEFAULT_GPU } from "../../domain/default-gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { ServeSpec } from "../../domain/serve-spec.ts";
import type { ServingChoice, ServingFleet } from "../../domain/serving-choice.ts";
import { chooseFleet, type FleetOffer, layoutsOf } from "../../plan/serve-plan/choose-fleet.ts";
import { sizedServing } from "../../plan/serve-plan/plan-serve.ts";
import type { SizedServing, SizingRequest } from "../../plan/serve-plan/size-serving.ts";
import { plannedPeak } from "../../plan/serve-plan/traffic-load.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { loadShape } from "../training-plan/training-shape.ts";

import { loadTestOf } from "./compare-programme.ts";
import { programmeRequests, type ProgrammeRequests } from "./programme-requests.ts";
import { servingOffers, type ServingReading } from "./serving-offers.ts";

/** A programme's serving as input of a plan. */
export type ProgrammeServing = SizingRequest & {
  /** Rule by which its fleet was chosen; undefined if its size cannot be estimated. */
  choice: ServingChoice | undefined;
  /** Its size; undefined if it cannot be estimated. */
  sized: SizedServing | undefined;
  /** Reason why the size cannot be estimated. */
  unsized: Failure | undefined;
  /** Sentences on the sources of its values, and on unused values of the programme. */
  notes: string[];
};

/**
 * The deployment that serves a programme: its model on the stated GPUs, otherwise on the cheapest GPUs that meet the
 * SLO at the peak (among its own machines if data must stay on the premises), for the requests of a month, with
 * `requirements.latencyMsP95` as the limit of TTFT. Study, cost, payback, serve and compare all take the replica, the
 * number of replicas and their cost from here.
 *
 * @throws Failure that begins with the location of an invalid field
 */
export async function programmeServing(loaded: LoadedProgramme, reading: ServingReading): Promise<ProgrammeServing> {
  const { on, given, hubCache, isChosen = true } = reading;
  const { serving } = loaded.programme;
  const shape = reading.shape ?? (await loadShape(loaded, on)).shape;
  const requests = await programmeRequests(loaded, given, hubCache);
  const isOther = reading.shape !== undefined || "gpu" in given;
  const measured = isOther || serving.outputTokensPerSec !== undefined ? undefined : await loadTestOf(loaded);
  const spec = specOf(loaded, { given, shape, requests });
  const offers = servingOffers(loaded, reading, measured);
  const request: SizingRequest = {
    spec,
    shape,
    ...offers[0]!,
    measured,
    ...(isOther ? {} : { statedTokensPerSec: serving.outputTokensPerSec }),
    ownTokensPerToken: requests.ownTokensPerToken,
  };
  const statedUsdPerMonth = serving.monthlyUsd ?? null;
  const isStated = offers.length === 1 && offers[0]!.layout !== undefined;
  const choice = isStated || !isChosen ? undefined : chooseFleet(request, offers);
  const isUnused = isOther && serving.outputTokensPerSec !== undefined;
  const notes = [
    ...requests.notes,
    ...(isUnused ? ["serving.outputTokensPerSec is not used: it applies to the programme's own model and GPU"] : []),
  ];
  if (choice !== undefined)
    return {
      ...request,
      ...choice.chosen.serving,
      usdPerGpuHour: choice.chosen.usdPerGpuHour,
      sized: choice.chosen,
      unsized: undefined,
      choice: {
        isStated,
        statedUsdPerMonth,
        chosen: fleetOf(choice.chosen, offers),
        runnerUp: choice.runnerUp === undefined ? null : fleetOf(choice.runnerUp, offers),
        requests: requests.requests,
      },
      notes,
    };
  const fixed = fixedRequest(request, offers);
  const size = isChosen ? trySize(fixed) : { sized: undefined, unsized: undefined };
  return {
    ...fixed,
    ...size,
    choice: size.sized && {
      isStated,
      statedUsdPerMonth,
      chosen: fleetOf(size.sized, offers),
      runnerUp: null,
      requests: requests.requests,
    },
    notes,
  };
}

function specOf(
  { programme, traffic }: LoadedProgramme,
  { given, shape, requests }: { given: ServingReading["given"]; shape: ModelShape; requests: ProgrammeRequests },
): ServeSpec {
  const { serving, requirements } = programme;
  const latency = requirements.latencyMsP95;
  const stated: Record<string, unknown> = {
    ...requests.fields,
    spareReplicas: serving.spareReplicas,
    peakOverMean: plannedPeak({ peakOverMean: serving.peakOverMean, batchShare: traffic?.batchShare ?? 0 }),
    ...(latency === undefined ? {} : { sloTtftMs: latency, sloPercentile: "p95" }),
  };
  if ("concurrency" in given) delete stated["rate"];
  return ServeSpec.parse({ ...stated, ...given, model: shape.id, gpu: "to be found" });
}

/** The serving used without a choice: as stated, otherwise the smallest on which the model fits. */
function fixedRequest(request: SizingRequest, offers: readonly FleetOffer[]): SizingRequest {
  const offer = offers.find(({ gpu }) => gpu.id === DEFAULT_GPU) ?? offers[0]!;
  const offered = { ...request, gpu: offer.gpu, usdPerGpuHour: offer.usdPerGpuHour };
  const layout = offer.layout ?? layoutsOf(offered)[0];
  return { ...offered, spec: { ...request.spec, ...layout, gpu: offer.gpu.id } };
}

function trySize(request: SizingRequest): Pick<ProgrammeServing, "sized" | "unsized"> {
  try {
    return { sized: sizedServing(request), unsized: undefined };
  } catch (error) {
    if (error instanceof Failure) return { sized: undefined, unsized: error };
    throw error;
  }
}

function fleetOf(
  { serving, gpus, replicas, capacity, usdPerGpuHour, usdPerMonth }: SizedServing,
  offers: readonly FleetOffer[],
): ServingFleet {
  return {
    priceNote: offers.find(({ gpu }) => gpu.id === serving.gpu.id)?.priceNote?.text ?? null,
    gpu: serving.gpu.id,
    gpusPerReplica: gpus,
    replicas: replicas.planned,
    outputTokensPerSec: capacity.outputTokensPerSec,
    usdPerGpuHour,
    gpuUsdPerMonth: usdPerMonth,
  };
}

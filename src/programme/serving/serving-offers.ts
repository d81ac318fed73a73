import { allGpus, findGpu } from "../../catalog/gpus.ts";
import { priceNote } from "../../catalog/price-note.ts";
import { gpuHourPrice } from "../../catalog/prices.ts";
import { DEFAULT_GPU } from "../../domain/default-gpu.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import type { SellerClass, Term } from "../../domain/price.ts";
import type { FleetOffer, ReplicaLayout } from "../../plan/serve-plan/choose-fleet.ts";
import type { MeasuredServing } from "../../plan/serve-plan/measured-capacity.ts";
import { atPlace, type LoadedProgramme } from "../reading/read-programme.ts";
import { ownedPrice, ownMachines } from "./own-machines.ts";

/** Options of reading a programme's serving. */
export type ServingReading = {
  on: string;
  /** Fields of the spec from the command line, which override those of the programme. */
  given: Readonly<Record<string, unknown>>;
  /** Model from the command line. */
  shape?: ModelShape | undefined;
  /** Term from the command line. */
  price: { usdPerGpuHour?: string | undefined; term?: Term | undefined; sellerClass?: SellerClass | undefined };
  hubCache?: string | undefined;
  /** False to skip sizing: the stated fleet is used, otherwise the smallest on which the model fits; default: true. */
  isChosen?: boolean;
};

/**
 * Candidate GPUs: as given or stated, as in the load test, those of the own machines if data must stay on the premises,
 * otherwise all with a price.
 */
export function servingOffers(
  loaded: LoadedProgramme,
  { on, given, price }: ServingReading,
  measured: MeasuredServing | undefined,
): FleetOffer[] {
  const { serving } = loaded.programme;
  const named = given["gpu"] as string | undefined;
  const offer = (gpu: Gpu): FleetOffer => ({
    gpu,
    ...priceOf(loaded, { on, gpu: gpu.id, isOther: named !== undefined, ...price }),
    layout: layoutOf(given, serving.gpuCount ?? measured?.result.gpuCount, gpu),
  });
  const tested = measured?.result.gpu ?? undefined;
  if (named !== undefined) return [offer(findGpu(named))];
  if (serving.gpu !== undefined) return [offer(atPlace(loaded, ["serving", "gpu"], () => findGpu(serving.gpu!)))];
  // A speed or a price of the user's own applies to one GPU, which only the user can name.
  const isOfOne = measured !== undefined || serving.outputTokensPerSec !== undefined || hasOwnPrice(loaded, price);
  if (isOfOne) return [offer(findGpu(tested ?? DEFAULT_GPU))];
  const candidates = ownMachines(loaded.programme) ?? allGpus().filter(({ consumer }) => !consumer);
  const offers = candidates.map(offer).filter(({ usdPerGpuHour }) => !isRefusal(usdPerGpuHour));
  return offers.length === 0 ? [offer(findGpu(DEFAULT_GPU))] : offers;
}

function hasOwnPrice({ programme }: LoadedProgramme, { usdPerGpuHour }: ServingReading["price"]): boolean {
  return usdPerGpuHour !== undefined || programme.serving.gpuUsdPerHour !== undefined;
}

/** The given layout, or that of a stated number of GPUs: within machines, then across them. */
function layoutOf(given: ServingReading["given"], gpuCount: number | undefined, gpu: Gpu): ReplicaLayout | undefined {
  const { tensorParallel, pipelineParallel } = given as Partial<ReplicaLayout>;
  if (tensorParallel !== undefined || pipelineParallel !== undefined)
    return { tensorParallel: tensorParallel ?? 1, pipelineParallel: pipelineParallel ?? 1 };
  if (gpuCount === undefined) return undefined;
  const machine = Math.max(gpu.nodeGpus, gpu.linkGpus);
  return { tensorParallel: Math.min(gpuCount, machine), pipelineParallel: Math.ceil(gpuCount / machine) };
}

/** Price of a GPU-hour: from the command line, from the programme for its own GPU or machines, otherwise from the price book. */
function priceOf(
  { programme, prices }: LoadedProgramme,
  asked: ServingReading["price"] & { on: string; gpu: string; isOther: boolean },
): Pick<FleetOffer, "usdPerGpuHour" | "priceNote"> {
  const { usdPerGpuHour, term, sellerClass, on, gpu, isOther } = asked;
  if (usdPerGpuHour !== undefined)
    return { usdPerGpuHour: pointEstimate(Number(usdPerGpuHour), "USD", "--usd-per-gpu-hour") };
  const stated = programme.serving.gpuUsdPerHour;
  if (stated !== undefined && !isOther && term === undefined && sellerClass === undefined)
    return { usdPerGpuHour: pointEstimate(Number(stated), "USD", "programme.yaml: serving.gpuUsdPerHour") };
  const owned = isOther || term !== undefined || sellerClass !== undefined ? undefined : ownedPrice(programme, gpu);
  if (owned !== undefined) return { usdPerGpuHour: owned };
  const seller = sellerClass ?? programme.training.sellerClass;
  const found = gpuHourPrice({ gpu, term: term ?? "on-demand", sellerClass: seller, on }, prices);
  return { usdPerGpuHour: found.quantity, priceNote: priceNote(found.rows, on) };
}

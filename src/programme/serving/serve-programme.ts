import { Failure } from "../../base/failure.ts";
import { formatCount } from "../../base/units.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { gpuHourPrice } from "../../catalog/prices.ts";
import { requestLengths, type RequestLengths } from "../../curate/tokens/request-lengths.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { SellerClass, Term } from "../../domain/price.ts";
import { ServeSpec } from "../../domain/serve-spec.ts";
import { plannedPeak, type RequestFields, ratePerSec, trafficLoad } from "../../plan/serve-plan/traffic-load.ts";
import { smallestSplit } from "../../plan/serve-plan/what-fits.ts";
import type { Serving } from "../../plan/serve-plan/serving.ts";
import { findTokenizer } from "../data/find-tokenizer.ts";
import { atPlace, type LoadedProgramme } from "../reading/read-programme.ts";
import { statedEstimate } from "../training-plan/training-figures.ts";
import { loadShape } from "../training-plan/training-shape.ts";

/** A programme's serving as a plan takes it. */
export type ProgrammeServing = Serving & {
  usdPerGpuHour: Quantity;
  /** Where its values come from, and what of the programme is not used, in sentences. */
  notes: string[];
};

/** How a programme's serving is read. */
export type ServingReading = {
  on: string;
  /** Fields of the spec that were given beside the folder: they take the place of its own. */
  given: Readonly<Record<string, unknown>>;
  /** Model that was given beside the folder. */
  shape?: ModelShape | undefined;
  /** How the GPUs are bought, where that was given beside the folder. */
  price: { usdPerGpuHour?: string | undefined; term?: Term | undefined; sellerClass?: SellerClass | undefined };
  hubCache?: string | undefined;
};

/**
 * The serving that a programme states: its model, `serving.gpu` with as many GPUs as it says or as hold the weights, the
 * load of a month as a rate, the lengths of its training rows, and `requirements.latencyMsP95` as the limit of TTFT.
 *
 * @throws Failure that begins with the place of a wrong field
 */
export async function programmeServing(
  loaded: LoadedProgramme,
  { on, given, hubCache, price, ...other }: ServingReading,
): Promise<ProgrammeServing> {
  const { serving, requirements } = loaded.programme;
  const shape = other.shape ?? (await loadShape(loaded, on)).shape;
  const named = given["gpu"] as string | undefined;
  const gpu =
    named === undefined
      ? atPlace(loaded, ["serving", "gpu"], () => findGpu(serving.gpu ?? DEFAULT_GPU))
      : findGpu(named);
  const { fields, notes } = await requestsOf(loaded, given, hubCache);
  const latency = requirements.latencyMsP95;
  const stated: Record<string, unknown> = {
    ...fields,
    spareReplicas: serving.spareReplicas,
    peakOverMean: plannedPeak({ peakOverMean: serving.peakOverMean, batchShare: loaded.traffic?.batchShare ?? 0 }),
    ...(latency === undefined ? {} : { sloTtftMs: latency, sloPercentile: "p95" }),
    ...(serving.gpuCount === undefined ? {} : { tensorParallel: serving.gpuCount }),
  };
  if ("concurrency" in given) delete stated["rate"];
  const asked = ServeSpec.parse({ ...stated, ...given, model: shape.id, gpu: gpu.id });
  const splits = serving.gpuCount !== undefined || "tensorParallel" in given;
  const tensorParallel = splits ? asked.tensorParallel : smallestSplit({ spec: asked, shape, gpu });
  const unused = [
    serving.monthlyUsd === undefined
      ? undefined
      : "serving.monthlyUsd is not used here: this is what it would cost by estimate",
    serving.outputTokensPerSec === undefined
      ? undefined
      : "serving.outputTokensPerSec is not used here: give a load test with --measured",
  ].filter((each) => each !== undefined);
  const usdPerGpuHour = priceOf(loaded, { on, gpu: gpu.id, isOther: named !== undefined, ...price });
  return { spec: { ...asked, tensorParallel }, shape, gpu, usdPerGpuHour, notes: [...notes, ...unused] };
}

/** Price of a GPU-hour: as given beside the folder, as the programme states it of its own GPU, else of the price book. */
function priceOf(
  { programme, prices }: LoadedProgramme,
  asked: ServingReading["price"] & { on: string; gpu: string; isOther: boolean },
): Quantity {
  const { usdPerGpuHour, term, sellerClass, on, gpu, isOther } = asked;
  if (usdPerGpuHour !== undefined) return statedEstimate(Number(usdPerGpuHour), "USD", "--usd-per-gpu-hour");
  const stated = programme.serving.gpuUsdPerHour;
  if (stated !== undefined && !isOther && term === undefined && sellerClass === undefined)
    return statedEstimate(Number(stated), "USD", "programme.yaml: serving.gpuUsdPerHour");
  const seller = sellerClass ?? programme.training.sellerClass;
  return gpuHourPrice({ gpu, term: term ?? "on-demand", sellerClass: seller, on }, prices).quantity;
}

/** GPU that serves where the programme names none: the one with the most published serving measurements. */
const DEFAULT_GPU = "H100-80GB-SXM";

/** Lengths and rate: as given, else of the training rows and the load of a month. */
async function requestsOf(
  loaded: LoadedProgramme,
  given: ServingReading["given"],
  hubCache: string | undefined,
): Promise<{ fields: RequestFields; notes: string[] }> {
  const { serving } = loaded.programme;
  const month = loaded.traffic && trafficLoad(loaded.traffic);
  if (month?.fields.inputTokens !== undefined && month.fields.outputTokens !== undefined)
    return { fields: month.fields, notes: [`requests are those of ${serving.traffic}`, ...month.notes] };
  const lengths = "inputTokens" in given && "outputTokens" in given ? undefined : await lengthsOf(loaded, hubCache);
  const { inputTokensPerMonth: input, outputTokensPerMonth: output } = serving;
  const outputTokens = (given["outputTokens"] as number | undefined) ?? lengths?.output.mean;
  const notes =
    lengths === undefined
      ? []
      : [
          `lengths of requests are those of ${lengths.requests} answers in the training rows, counted by ${lengths.countedBy}`,
        ];
  if (outputTokens === undefined)
    throw new Failure(
      "bad_input",
      "the lengths of requests are not known: no training row has a prompt and an answer",
      {
        hint: "add --input-tokens and --output-tokens",
      },
    );
  const fields: RequestFields = {
    outputTokens,
    ...(lengths === undefined
      ? {}
      : { inputTokens: Math.max(1, lengths.input.mean), inputCv: lengths.input.cv, outputCv: lengths.output.cv }),
    ...(output === undefined || output === 0 ? {} : { rate: ratePerSec(output, outputTokens) }),
  };
  if (output === undefined)
    return { fields, notes: [...notes, "serving.outputTokensPerMonth is not set: no rate is known"] };
  if (input === undefined || input === 0 || "inputTokens" in given) return { fields, notes };
  // The month says how long inputs are beside outputs; rows of training may have had other prompts.
  return {
    fields: { ...fields, inputTokens: Math.max(1, (outputTokens * input) / output) },
    notes: [
      ...notes,
      `mean input follows from ${formatCount(input)} input and ${formatCount(output)} output tokens a month`,
    ],
  };
}

async function lengthsOf(loaded: LoadedProgramme, hubCache: string | undefined): Promise<RequestLengths | undefined> {
  const file = loaded.programme.data.files.find(({ role }) => role === "train");
  if (file === undefined) return undefined;
  const { path, fields, delimiter } = file;
  const tokenizer = await findTokenizer(loaded, hubCache);
  return requestLengths(await loaded.resolve(path), { tokenizer, fields, delimiter, shown: path }).catch(
    (error: unknown) => {
      if (error instanceof Failure && error.kind === "bad_input") return undefined; // its rows have no answers
      throw error;
    },
  );
}

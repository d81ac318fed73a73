import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { resolveModel } from "../../catalog/resolve-model.ts";
import { type ComparisonRequest, REPLICA_FIELDS } from "../../domain/comparison-request.ts";
import type { Estimate, Quantity } from "../../domain/estimate.ts";
import type { Programme } from "../../domain/programme.ts";
import type { Stated } from "../../domain/run-request.ts";
import { ServeSpec } from "../../domain/serve-spec.ts";
import { pointRange } from "../../domain/point-range.ts";
import type { TuningCost } from "../../plan/compare/compare.ts";
import type { MeasuredServing } from "../../plan/serve-plan/measured-capacity.ts";
import type { Serving } from "../../plan/serve-plan/serving.ts";
import { smallestSplit } from "../../plan/serve-plan/what-fits.ts";
import { readApiPriceBook } from "../prices/api-price-book.ts";
import { readPriceBook } from "../prices/price-book.ts";
import { priceLookUp } from "../prices/price-look-up.ts";
import type { ComparisonAsked } from "../serving/compare-serving.ts";
import { comparedTraffic } from "./compared-traffic.ts";

/** Input of the comparison: a serving with its price, and its context. */
export type ComparedServing = {
  serving: Serving;
  usdPerGpuHour: Quantity;
  /** Load test named by the folder. */
  loadTest?: MeasuredServing | undefined;
  asked: Pick<
    ComparisonAsked,
    | "traffic"
    | "engineerUsdPerHour"
    | "gpuPrices"
    | "apiPrices"
    | "today"
    | "spend"
    | "requirements"
    | "tuning"
    | "assumption"
    | "warnings"
  >;
};

type Asked = Stated<ComparisonRequest> & { on: string };

/** Used if a programme does not name the API whose tokens its month counts. */
const ONE_TOKEN: Estimate = {
  ...pointRange(1),
  unit: "tokens per token",
  basis: "counted with the same tokenizer: the programme names no API whose tokenizer is known",
  n: 0,
  sources: [],
};

/**
 * The serving that a request states, on the smallest number of GPUs that hold the model unless it states a number.
 *
 * @throws Failure bad_input without a model; not_found for an unknown model or GPU; as `comparedTraffic`
 */
export async function servingOfRequest(context: Context, { on, ...asked }: Asked): Promise<ComparedServing> {
  const { request, stated } = asked;
  const { cwd } = context;
  if (request.model === undefined)
    throw new Failure("bad_input", "--model is required", { hint: "name a model, or give a programme folder" });
  const { shape, notUnderstood } = await resolveModel(request.model, cwd, on);
  for (const field of notUnderstood) context.note(`warning: not understood in the configuration: ${field}`);
  const gpu = findGpu(request.gpu);
  const { traffic, fields, notes } = await comparedTraffic(cwd, asked);
  const spec = ServeSpec.parse({ ...replicaFields(request), ...fields, model: shape.id, gpu: gpu.id });
  const tensorParallel = stated.has("tensorParallel") ? spec.tensorParallel : smallestSplit({ spec, shape, gpu });
  const priceOf = await priceLookUp(context, { ...request, term: "on-demand" });
  return {
    serving: { spec: { ...spec, tensorParallel }, shape, gpu },
    usdPerGpuHour: priceOf(gpu.id),
    asked: {
      traffic,
      engineerUsdPerHour: request.engineerUsdPerHour,
      gpuPrices: (await readPriceBook(cwd)).prices,
      apiPrices: (await readApiPriceBook(cwd)).prices,
      today: undefined,
      spend: undefined,
      requirements: { apiAllowed: true, residency: "none" },
      tuning: tuningOf(request, undefined),
      assumption: assumptionsWith(),
      warnings: notes,
    },
  };
}

/** The serving of a programme folder, with the stated fields replacing its own values. */
export async function servingOfProgramme(
  context: Context,
  dir: string,
  { on, ...asked }: Asked,
): Promise<ComparedServing> {
  const { trafficOf } = await import("../serving/compare-programme.ts");
  const { hubCacheOf } = await import("../data/find-tokenizer.ts");
  const { readProgramme } = await import("../reading/read-programme.ts");
  const { programmeServing } = await import("../serving/serve-programme.ts");
  const { tuningCosts } = await import("../cost/tuning-costs.ts");
  const { request, stated } = asked;
  const hubCache = hubCacheOf(context.env);
  const loaded = await readProgramme(resolve(context.cwd, dir), on);
  const named = request.traffic !== undefined || request.outputTokensPerMonth !== undefined;
  const requests = named
    ? await comparedTraffic(context.cwd, asked)
    : { traffic: trafficOf(loaded), fields: {}, notes: [] };
  const spec = Object.fromEntries(Object.entries(replicaFields(request)).filter(([field]) => stated.has(field)));
  const found = await programmeServing(loaded, {
    on,
    given: { ...spec, ...requests.fields },
    shape: request.model === undefined ? undefined : (await resolveModel(request.model, context.cwd, on)).shape,
    price: {
      usdPerGpuHour: request.usdPerGpuHour,
      sellerClass: stated.has("sellerClass") ? request.sellerClass : undefined,
    },
    hubCache,
  });
  const { usdPerGpuHour, notes, measured: loadTest, ownTokensPerToken = ONE_TOKEN, ...serving } = found;
  const { today, team, serving: planned, requirements, assumptions } = loaded.programme;
  const isOther = request.model !== undefined || stated.has("gpu");
  const isAsPlanned = !named && !isOther && Object.keys(spec).length === 0 && request.usdPerGpuHour === undefined;
  const isTuningStated = request.investmentUsd !== undefined && request.maintenanceUsdPerMonth !== undefined;
  const { seed, draws } = request;
  const tuning = isTuningStated
    ? undefined
    : await tuningCosts(loaded, { on, hubCache, seed, draws, onStep: context.progress });
  const unused =
    isOther && planned.loadTest !== undefined
      ? ["serving.loadTest is not used: it was measured on the programme's own model and GPU"]
      : [];
  return {
    serving,
    usdPerGpuHour,
    loadTest,
    asked: {
      traffic: named ? requests.traffic : { ...requests.traffic, ownTokensPerToken },
      engineerUsdPerHour: request.engineerUsdPerHour ?? team.engineerUsdPerHour,
      gpuPrices: loaded.prices,
      apiPrices: loaded.apiPrices,
      today: today.api,
      spend: named ? undefined : today, // stated for the traffic of the programme, not for another
      ...(planned.monthlyUsd === undefined || !isAsPlanned ? {} : { ownUsdPerMonth: Number(planned.monthlyUsd) }),
      requirements,
      tuning: tuningOf(request, tuning),
      assumption: assumptionsWith(assumptions),
      warnings: [
        ...requests.notes,
        ...notes,
        ...unused,
        ...(isAsPlanned ? [] : unusedCost(planned)),
        ...(named ? unusedSpend(today) : []),
      ],
    },
  };
}

/** Note that the stated cost of serving is that of another deployment. */
function unusedCost({ monthlyUsd }: Programme["serving"]): string[] {
  return monthlyUsd === undefined
    ? []
    : ["serving.monthlyUsd is not used: it is the cost of the programme's own traffic and hardware"];
}

/** Note that what is spent today was stated for other traffic. */
function unusedSpend({ apiUsdPerMonth, laborUsdPerMonth }: Programme["today"]): string[] {
  return apiUsdPerMonth === undefined && laborUsdPerMonth === undefined
    ? []
    : ["what is spent today is not used: it is stated for the programme's own traffic"];
}

/** Fields of the replica in a request. */
function replicaFields(request: ComparisonRequest): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).filter(([field]) => field in REPLICA_FIELDS));
}

/** Cost of a tuned model in addition to serving: as stated, otherwise from the folder. */
function tuningOf(request: ComparisonRequest, found: TuningCost | undefined): TuningCost {
  const { investmentUsd, maintenanceUsdPerMonth, draws } = request;
  const costOf = (usd: string | undefined, flag: string, field: "investment" | "maintenance"): Quantity =>
    usd === undefined
      ? (found?.[field] ?? {
          refused: `the ${field === "investment" ? "cost to launch" : "maintenance of"} a tuned model is unknown`,
          hint: `give ${flag}, or a programme folder`,
        })
      : { p10: Number(usd), p50: Number(usd), p90: Number(usd), unit: "USD", basis: "stated", n: 0, sources: [flag] };
  const drawn = (usd: string | undefined, values: Float64Array | undefined): Float64Array | undefined =>
    usd === undefined ? values : new Float64Array(draws).fill(Number(usd));
  return {
    investment: costOf(investmentUsd, "--investment-usd", "investment"),
    maintenance: costOf(maintenanceUsdPerMonth, "--maintenance-usd-per-month", "maintenance"),
    investmentDraws: drawn(investmentUsd, found?.investmentDraws),
    maintenanceDraws: drawn(maintenanceUsdPerMonth, found?.maintenanceDraws),
  };
}

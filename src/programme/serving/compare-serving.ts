import { apiClosed, apiPriceNote, apiPricesOn, findApiPrice } from "../../catalog/api-prices.ts";
import { allGpus } from "../../catalog/gpus.ts";
import { priceNote } from "../../catalog/price-note.ts";
import { gpuHourPrice } from "../../catalog/prices.ts";
import type { Assumption } from "../../domain/assumption.ts";
import type { Comparison } from "../../domain/comparison.ts";
import type { Estimate, Quantity } from "../../domain/estimate.ts";
import type { ApiPrice, GpuPrice, SellerClass, Term } from "../../domain/price.ts";
import type { Programme } from "../../domain/programme.ts";
import type { TodaysCost } from "../../domain/todays-cost.ts";
import type { Traffic } from "../../domain/traffic.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import { compare, type CompareRequest, type HourlyOffer, type TuningCost } from "../../plan/compare/compare.ts";
import type { ApiOffer } from "../../plan/compare/api-option.ts";
import type { RefusedOption } from "../../plan/compare/option-model.ts";
import { pickApis } from "../../plan/compare/pick-apis.ts";
import { REGIONS, residencyNote, ruledOutBy, type ServingRequirements } from "../../plan/compare/ruled-out.ts";
import { replacedCost, todaysCost, todaysDoubts, type TodaysMonth } from "../../plan/payback/todays-cost.ts";
import type { StatedSpend } from "../../plan/compare/today-option.ts";
import type { MeasuredServing } from "../../plan/serve-plan/measured-capacity.ts";
import { plannedPeak } from "../../plan/serve-plan/traffic-load.ts";
import { planServe } from "../../plan/serve-plan/plan-serve.ts";
import type { Serving } from "../../plan/serve-plan/serving.ts";
import { publishedTokenRatio } from "../traffic/token-ratio.ts";

/** Inputs in addition to the serving and the traffic; dollars are decimal strings. */
export type ComparisonAsked = {
  on: string;
  traffic: Traffic;
  gpuPrices: readonly GpuPrice[];
  apiPrices: readonly ApiPrice[];
  /** API models by name, the baseline first; empty for the usual ones. */
  apis: readonly string[];
  /** Current API. */
  today: string | undefined;
  /** The programme's statements on today; undefined if the traffic is not its own. */
  spend: Programme["today"] | undefined;
  /** Own serving per month as stated for this traffic and hardware, US dollars, people included. */
  ownUsdPerMonth?: number | undefined;
  /** Requirements of the programme for any option. */
  requirements: ServingRequirements;
  serverlessLora: string | undefined;
  sellerClass: SellerClass;
  usdPerGpuHour: { reserved: string | undefined; endpoint: string | undefined; serverless: string | undefined };
  hostingUsdPerHour: string | undefined;
  engineerHoursPerMonth: number | undefined;
  engineerUsdPerHour: string | undefined;
  idleSeconds: number;
  terms: CompareRequest["terms"];
  tuning: TuningCost;
  measured: MeasuredServing | undefined;
  assumption: (id: string) => Assumption;
  seed: number;
  draws: number;
  warnings: readonly string[];
};

/**
 * Compares ways to serve a model on a month of traffic: prices are looked up for the day, own rows before the catalogue's.
 *
 * @throws Failure not_found for an API without a price; as `planServe`
 */
export function compareServing(
  { serving, usdPerGpuHour }: { serving: Serving; usdPerGpuHour: Quantity },
  asked: ComparisonAsked,
): Comparison {
  const { on, apiPrices, assumption } = asked;
  const { rate: _rate, concurrency: _concurrency, replicas: _replicas, ...spec } = serving.spec;
  const one = { ...spec, peakOverMean: plannedPeak(asked.traffic) };
  const gpus = allGpus().filter(({ consumer }) => !consumer);
  const plan = planServe({ ...serving, spec: one, usdPerGpuHour, measured: asked.measured, gpus });
  const { requirements } = asked;
  const picked = pickApis(
    { prices: apiPricesOn(on, apiPrices), model: serving.shape.id, traffic: asked.traffic, requirements },
    {
      named: asked.apis.map((name) => findApiPrice(name, on, apiPrices)),
      today: asked.today === undefined ? undefined : findApiPrice(asked.today, on, apiPrices),
    },
  );
  const { traffic, notes } = withTokenRatio(asked.traffic, picked.prices[0]!.model);
  const lora = loraOffer(asked, serving.shape.id);
  const offers = picked.prices.map((price) => offerOf(price, asked));
  const [first] = picked.prices;
  const cost = asked.apis.length > 0 ? null : costOfToday(asked, first!);
  return compare({
    on,
    traffic,
    plan,
    apis: [...offers, ...("price" in lora ? [lora] : [])] as [ApiOffer, ...ApiOffer[]],
    hourly: hourlyOffers(serving, usdPerGpuHour, asked),
    ownUsdPerMonth: asked.ownUsdPerMonth,
    refused: [...picked.refused, ...("refused" in lora ? [lora] : [])],
    // An API that is named is what savings are counted from.
    today: asked.apis.length > 0 ? undefined : spendOf(asked, first!),
    costOfToday: cost,
    ruledOutBy: (option) => ruledOutBy(option, requirements) ?? closedBy(option.price, asked),
    terms: asked.terms,
    engineer: {
      hoursPerMonth: stated(
        asked.engineerHoursPerMonth,
        "--engineer-hours-per-month",
        assumption("serving.operations.hours-per-month"),
      ),
      usdPerHour: stated(asked.engineerUsdPerHour, "--engineer-usd-per-hour", assumption("engineering.usd-per-hour")),
    },
    coldStart: { seconds: asEstimate(assumption("serving.cold-start.seconds")), idleSeconds: asked.idleSeconds },
    tuning: asked.tuning,
    seed: asked.seed,
    draws: asked.draws,
    warnings: [...asked.warnings, ...notes, ...(cost === null ? [] : todaysDoubts(cost))],
  });
}

/** The cost of today that the options are compared with, by the rule of every command; undefined if none is stated. */
function spendOf({ spend, ...asked }: ComparisonAsked, today: ApiPrice): StatedSpend | undefined {
  if (spend === undefined) return undefined;
  const cost = replacedCost(spend, monthOf(asked, today));
  // The list price of the API in use is an option of its own.
  if ("unknown" in cost || cost.api?.basis === "list-price") return undefined;
  const isNamed = asked.today !== undefined;
  const { api, laborUsd = 0 } = cost;
  return {
    apiUsd: api === undefined ? 0 : api.usd * api.share,
    laborUsd,
    price: isNamed ? today : undefined,
    text: todaysCost(spend, monthOf(asked, today)).text,
  };
}

function monthOf({ today, traffic }: Pick<ComparisonAsked, "today" | "traffic">, price: ApiPrice): TodaysMonth {
  const { inputTokensPerMonth: input, outputTokensPerMonth: output } = traffic;
  return { tokens: { input, output }, apiPrice: today === undefined ? undefined : price, traffic };
}

/** Cost of today as in the other commands; null if it is not that of this traffic. */
function costOfToday({ spend, ...asked }: ComparisonAsked, today: ApiPrice): TodaysCost | null {
  return spend === undefined ? null : todaysCost(spend, monthOf(asked, today));
}

/**
 * A month with the ratio of the served model's tokens to those of the API by which it is counted: as stated in the
 * month, otherwise a published range, otherwise one, with a note.
 */
function withTokenRatio(traffic: Traffic, api: string): { traffic: Traffic; notes: string[] } {
  if (traffic.ownTokensPerToken !== undefined) return { traffic, notes: [] };
  const ratio = publishedTokenRatio(api);
  if (!("refused" in ratio)) return { traffic: { ...traffic, ownTokensPerToken: ratio }, notes: [] };
  return { traffic, notes: [`${ratio.refused}; a ratio of 1 is assumed: state a range with --tokenizer-ratio`] };
}

function offerOf(price: ApiPrice, asked: ComparisonAsked): ApiOffer {
  const { on, hostingUsdPerHour, requirements, spend, today } = asked;
  const isInUse = today !== undefined && findApiPrice(today, on, asked.apiPrices).model === price.model;
  const notes = [apiPriceNote(price, on), residencyNote(price, requirements)];
  return {
    price,
    notes: notes.filter((note) => note !== undefined),
    hostingUsdPerHour: hostingUsdPerHour === undefined ? undefined : Number(hostingUsdPerHour),
    otherUsdPerMonth: isInUse && asked.apis.length === 0 ? Number(spend?.laborUsdPerMonth ?? 0) : 0,
  };
}

/** Statement that new customers cannot buy an offer; a model that is named or in use is not closed to its user. */
function closedBy(price: ApiPrice | undefined, { apis, today, on, apiPrices }: ComparisonAsked): string | undefined {
  if (price === undefined) return undefined;
  const own = [...apis, ...(today === undefined ? [] : [today])];
  return own.some((name) => findApiPrice(name, on, apiPrices).model === price.model) ? undefined : apiClosed(price);
}

/** A host that serves your own adapter by the token; only if its price was given. */
function loraOffer(asked: ComparisonAsked, model: string): ApiOffer | RefusedOption {
  const { serverlessLora: name, on, apiPrices } = asked;
  if (name !== undefined) return { ...offerOf(findApiPrice(name, on, apiPrices), asked), hostsAdapter: true };
  return {
    id: "serverless-lora",
    kind: "serverless-lora",
    label: "serverless LoRA hosting",
    servesTuned: true,
    refused: `no price for serverless hosting of an adapter of ${model} is known`,
    hint: "add your host's price to api-prices.csv and name it: --serverless-lora SELLER/MODEL; if the host bills an adapter at the price of its base model (Fireworks does, for GLM 5.3 Flash only), name that price",
  };
}

function hourlyOffers(serving: Serving, onDemand: Quantity, asked: ComparisonAsked): HourlyOffer[] {
  const { on, sellerClass, gpuPrices, usdPerGpuHour } = asked;
  const gpu = serving.gpu.id;
  const listed = gpuHourPrice({ gpu, term: "on-demand", sellerClass, on }, gpuPrices);
  const weak = "refused" in onDemand || onDemand.n === 0 ? undefined : priceNote(listed.rows, on)?.text;
  const notes = weak === undefined ? [] : [weak];
  const isOnPremises = asked.requirements.residency === "on-premises";
  const place = placeNote(asked, onDemand);
  const bought = (term: Term, usd: string | undefined, flag: string): Pick<HourlyOffer, "usdPerGpuHour" | "notes"> => {
    if (usd !== undefined) return { usdPerGpuHour: pointEstimate(Number(usd), "USD", flag), notes: [] };
    const { quantity, rows } = gpuHourPrice({ gpu, term, sellerClass, on }, gpuPrices);
    return "refused" in quantity
      ? { usdPerGpuHour: { ...quantity, hint: `state your seller's price: ${flag}; ${quantity.hint}` }, notes: [] }
      : { usdPerGpuHour: quantity, notes: rowNotes(rows) };
  };
  const serverless = bought("serverless", usdPerGpuHour.serverless, "--serverless-usd-per-gpu-hour");
  const stands = "refused" in serverless.usdPerGpuHour;
  const offers: HourlyOffer[] = [
    {
      kind: "dedicated-endpoint",
      label: "dedicated endpoint",
      ...bought("endpoint", usdPerGpuHour.endpoint, "--endpoint-usd-per-gpu-hour"),
    },
    {
      kind: "own-on-demand",
      label: isOnPremises ? "own machines on the premises" : "own GPUs on demand",
      usdPerGpuHour: onDemand,
      notes,
    },
    {
      kind: "own-reserved",
      label: "own GPUs reserved",
      ...bought("reserved", usdPerGpuHour.reserved, "--reserved-usd-per-gpu-hour"),
    },
    {
      kind: "scale-to-zero",
      label: "GPUs that scale to zero",
      ...(stands ? { usdPerGpuHour: onDemand, notes: [] } : serverless),
      standIn: stands
        ? "counted at the on-demand GPU-hour: hosts that bill by the second charge more (--serverless-usd-per-gpu-hour)"
        : undefined,
    },
  ];
  return place === undefined ? offers : offers.map((offer) => ({ ...offer, notes: [...offer.notes, place] }));
}

/** Doubt about a price of sellers if data must stay in one place. */
function placeNote({ requirements: { residency } }: ComparisonAsked, price: Quantity): string | undefined {
  // A price without rows of sellers is the user's own.
  if (residency === "none" || "refused" in price || price.n === 0) return undefined;
  return residency === "on-premises"
    ? "priced like rented GPUs, which stand for machines of your own: state training.gpu and training.gpuUsdPerHour, or training.fleets"
    : `priced over sellers of every region: get an offer from ${REGIONS[residency]}, and state it (--usd-per-gpu-hour)`;
}

/** Notes of the rows of a price, one per seller. */
function rowNotes(rows: readonly GpuPrice[]): string[] {
  return [...new Set(rows.filter(({ note }) => note !== "").map(({ seller, note }) => `${seller}: ${note}`))];
}

function stated(value: number | string | undefined, flag: string, assumption: Assumption): Estimate {
  return value === undefined ? asEstimate(assumption) : pointEstimate(Number(value), assumption.unit, flag);
}

function asEstimate({ id, p10, p50, p90, unit, source }: Assumption): Estimate {
  return { p10, p50, p90, unit, basis: `assumption ${id}`, n: 0, sources: [source.ref] };
}

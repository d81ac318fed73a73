import type { Alternative, Alternatives } from "../../domain/alternative.ts";
import { isRefusal, knownOf, middleOf, type Quantity } from "../../domain/estimate.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { Programme } from "../../domain/programme.ts";
import type { Payback } from "../../domain/study.ts";
import type { Traffic } from "../../domain/traffic.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import { scaled, withoutHigh } from "../serve-plan/quantity-maths.ts";
import { apiBlend } from "./api-blend.ts";
import { replacedCost, TODAY_HINT, todaysCost, type TodaysMonth } from "../payback/todays-cost.ts";
import { apiRuledOutBy, residencyNote } from "./ruled-out.ts";
import { cheapestApi, hostsOf, type SellersRequest } from "./sellers.ts";

/** Months over which alternatives are compared, as for the value of a payback. */
const MONTHS = 24;

/** Alternatives that are compared: all but the list price, which a stated spend replaces. */
const COMPARED: ReadonlySet<Alternative["id"]> = new Set(["nothing", "cheapest-api", "open-weight-host", "prompting"]);

/** Input of the comparison of alternatives. */
export type AlternativesRequest = {
  programme: Programme;
  /** The month; undefined if its tokens are not stated. */
  traffic: Traffic | undefined;
  /** One price per model, in force on the day. */
  prices: readonly ApiPrice[];
  /** Price of the current API. */
  today: ApiPrice | undefined;
  /** Model whose open weights are tuned. */
  model: string;
  payback: Pick<Payback, "monthlyServing" | "monthlyPeople" | "spent24Months">;
  /** Cost of evaluation before launch, which prompting alone also requires. */
  evaluationUsd: Quantity;
};

/**
 * Alternatives for the same traffic: current use, its list price, the cheapest API, the cheapest host of the open
 * model, and prompting alone. Prices are list prices; they do not show whether another model answers equally well.
 */
export function alternativesOf(request: AlternativesRequest): Alternatives {
  const { programme, payback } = request;
  const sellers: SellersRequest = { ...request, requirements: programme.requirements };
  const options = [nothing(request), listPrice(request), otherApi(request, sellers), host(request, sellers)];
  const all = [...options, prompting(request, options)];
  const known = all.filter(
    ({ id, isAllowed, usd24Months }) => COMPARED.has(id) && isAllowed && !isRefusal(usd24Months),
  );
  const best = known.toSorted((a, b) => middleOf(a.usd24Months)! - middleOf(b.usd24Months)!)[0];
  return {
    own24Months: payback.spent24Months,
    options: all,
    best: best?.id ?? null,
    findings: findings(request),
  };
}

function nothing(request: AlternativesRequest): Alternative {
  const { today, requirements } = request.programme;
  const usesApi = today.apiUsdPerMonth === undefined ? today.api !== undefined : Number(today.apiUsdPerMonth) > 0;
  return option({
    id: "nothing",
    label: `keep ${today.api ?? "what is used today"}`,
    usdPerMonth: spentToday(request),
    // Manual work is not an API, so a rule against outside APIs does not exclude it.
    ruledOutBy: usesApi ? apiRuledOutBy(request.today, requirements) : undefined,
    note: "the cost of today that the programme would replace, from which savings are counted",
  });
}

/** Cost of today that the programme replaces, as in the payback. */
function spentToday(request: AlternativesRequest): Quantity {
  const cost = replacedCost(request.programme.today, monthOf(request));
  return "unknown" in cost
    ? { refused: "today's spend is not stated", hint: TODAY_HINT }
    : pointEstimate(cost.usd, "USD", "programme.yaml: today");
}

/** Contradiction of the stated spend and the list price. */
function findings(request: AlternativesRequest): string[] {
  const { conflict } = todaysCost(request.programme.today, monthOf(request));
  return conflict === null ? [] : [conflict];
}

function monthOf({ traffic, today: apiPrice }: AlternativesRequest): TodaysMonth {
  const tokens =
    traffic === undefined
      ? { unknown: "the traffic is not stated" }
      : { input: traffic.inputTokensPerMonth, output: traffic.outputTokensPerMonth };
  return { tokens, apiPrice, traffic };
}

/**
 * Monthly cost of an API for the traffic. The API in use keeps the other cost of today, such as people, which it does
 * not save now; every other option is compared as if it answered as well as the tuned model, and saves it.
 */
function withOtherCost(
  price: ApiPrice | undefined,
  usd: Quantity,
  { programme, today }: AlternativesRequest,
): Quantity {
  const { laborUsdPerMonth } = programme.today;
  if (laborUsdPerMonth === undefined || price === undefined || price.model !== today?.model) return usd;
  return sum([usd, pointEstimate(Number(laborUsdPerMonth), "USD", "programme.yaml: today.laborUsdPerMonth")]);
}

function listPrice(request: AlternativesRequest): Alternative {
  const { programme, traffic, today } = request;
  return option({
    id: "list-price",
    label: today === undefined ? "the API in use, at its list price" : `${today.model} at its list price`,
    usdPerMonth: withOtherCost(today, blended(today, traffic, "the API in use is not named (today.api)"), request),
    ruledOutBy: apiRuledOutBy(today, programme.requirements),
    note: noteOn(today, programme, "the list price for the stated tokens, compared with the stated spend"),
  });
}

function otherApi(request: AlternativesRequest, sellers: SellersRequest): Alternative {
  const { traffic, programme } = request;
  const cheapest = cheapestApi(sellers);
  return option({
    id: "cheapest-api",
    label: cheapest === undefined ? "the cheapest API of a maker" : cheapest.model,
    usdPerMonth: withOtherCost(cheapest, blended(cheapest, traffic, "no API has a price on the day"), request),
    ruledOutBy: apiRuledOutBy(cheapest, sellers.requirements),
    note: noteOn(
      cheapest,
      programme,
      "the cheapest list price for these tokens; its quality is unknown: measure it on the frozen test set",
    ),
  });
}

function host(request: AlternativesRequest, sellers: SellersRequest): Alternative {
  const { traffic, model, programme } = request;
  const [cheapest] = hostsOf(sellers);
  return option({
    id: "open-weight-host",
    label: cheapest === undefined ? `a host of ${model}` : cheapest.model,
    usdPerMonth: withOtherCost(
      cheapest,
      inOwnTokens(blended(cheapest, traffic, `no price of a host of ${model} is known`), traffic),
      request,
    ),
    ruledOutBy: apiRuledOutBy(cheapest, sellers.requirements),
    note: noteOn(cheapest, programme, "it serves the base model, without the tuning"),
  });
}

/** A note on a price, with the seller's offer for the region in which data must stay. */
function noteOn(price: ApiPrice | undefined, { requirements }: Programme, text: string): string {
  const region = price && residencyNote(price, requirements);
  return region === undefined ? text : `${text}; ${region}`;
}

/** The base model, or the cheapest seller, with prompting instead of tuning: evaluated but never trained. */
function prompting(
  { payback, evaluationUsd, model }: AlternativesRequest,
  options: readonly Alternative[],
): Alternative {
  const own = sum([payback.monthlyServing, payback.monthlyPeople]);
  const hosted = options.find(({ id }) => id === "open-weight-host")!;
  const isHosted = hosted.isAllowed && (middleOf(hosted.usdPerMonth) ?? Infinity) < (middleOf(own) ?? Infinity);
  return option({
    id: "prompting",
    label: `${model} with prompts alone, ${isHosted ? `at ${hosted.label}` : "on the same GPUs"}`,
    launchUsd: evaluationUsd,
    usdPerMonth: isHosted ? hosted.usdPerMonth : own,
    ruledOutBy: undefined,
    note: "try this first, on the frozen test set: it costs less than any tuning; examples in the prompt add input tokens that are not counted",
  });
}

function option(
  alternative: Pick<Alternative, "id" | "label" | "usdPerMonth" | "note"> & {
    launchUsd?: Quantity;
    ruledOutBy: string | undefined;
  },
): Alternative {
  const launchUsd = alternative.launchUsd ?? pointEstimate(0, "USD", "nothing is trained");
  const { ruledOutBy = null } = alternative;
  return {
    ...alternative,
    launchUsd,
    usd24Months: sum([launchUsd, times(MONTHS, alternative.usdPerMonth)]),
    isAllowed: ruledOutBy === null,
    ruledOutBy,
  };
}

function blended(price: ApiPrice | undefined, traffic: Traffic | undefined, unknown: string): Quantity {
  if (traffic === undefined)
    return {
      refused: "the traffic is not stated",
      hint: "set serving.inputTokensPerMonth and serving.outputTokensPerMonth",
    };
  if (price === undefined)
    return { refused: unknown, hint: "tunewright prices list --api lists the models with a price" };
  const { inputUsdPerMtok, outputUsdPerMtok, seenOn } = price;
  return pointEstimate(
    apiBlend(price, traffic).usdPerMonth,
    "USD",
    `${price.model}: input ${inputUsdPerMtok}, output ${outputUsdPerMtok} USD per million tokens, seen ${seenOn}`,
  );
}

/** Monthly cost at a host of the served model, which bills tokens of that model, as in `apiOption`. */
function inOwnTokens(quantity: Quantity, traffic: Traffic | undefined): Quantity {
  const ratio = traffic?.ownTokensPerToken;
  if (ratio === undefined || isRefusal(quantity)) return quantity;
  const scaled = (end: "p10" | "p50" | "p90"): number => quantity[end] * ratio[end];
  const basis = `${quantity.basis}; in tokens of the served model: ${ratio.basis}`;
  return { ...quantity, p10: scaled("p10"), p50: scaled("p50"), p90: scaled("p90"), basis };
}

function times(factor: number, quantity: Quantity): Quantity {
  return scaled(quantity, factor, `${factor} ×`);
}

/** Sum of quantities. Medians are added, and so are the ends, because the quantities are positively dependent. */
function sum(parts: readonly Quantity[]): Quantity {
  const refused = parts.filter(isRefusal);
  const unknown = refused.find(({ known }) => known === undefined);
  if (unknown !== undefined) return unknown;
  const known = parts.flatMap((part) => knownOf(part) ?? []);
  const totalAt = (end: "p10" | "p50" | "p90"): number => known.reduce((total, part) => total + (part[end] ?? 0), 0);
  const basis = parts.map((part) => (isRefusal(part) ? part.refused : part.basis)).join(" + ");
  const total = { p10: totalAt("p10"), p50: totalAt("p50"), p90: totalAt("p90"), unit: "USD" };
  return withoutHigh({ ...total, basis, n: 0, sources: [] }, refused[0]);
}

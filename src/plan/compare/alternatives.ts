import type { Alternative, Alternatives } from "../../domain/alternative.ts";
import { type Estimate, isRefusal, middleOf, type Quantity } from "../../domain/estimate.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { Programme } from "../../domain/programme.ts";
import type { Payback } from "../../domain/study.ts";
import type { Traffic } from "../../domain/traffic.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import { apiBlend } from "./api-blend.ts";
import { apiRuledOutBy, residencyNote } from "./ruled-out.ts";
import { cheapestApi, hostsOf, type SellersRequest } from "./sellers.ts";
import { spendConflict } from "./spend-conflict.ts";

/** Months over which alternatives are compared, as for the value of a payback. */
const MONTHS = 24;

/**
 * Alternatives that are compared. Prompting alone always costs less than prompting plus tuning, so it is never reported
 * as the cheapest.
 */
const COMPARED: ReadonlySet<Alternative["id"]> = new Set(["nothing", "cheapest-api", "open-weight-host"]);

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
    findings: spendFinding(request, all),
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
    note: "the part of the stated spend that the programme would replace; savings are counted from it, or from the list price if that is less",
  });
}

/**
 * Monthly cost that the programme replaces, as in the payback: the replaced share of the API's cost, and other cost.
 */
function spentToday({ programme, traffic, today: price }: AlternativesRequest): Quantity {
  const { api, apiUsdPerMonth, laborUsdPerMonth, shareReplaced } = programme.today;
  const labor = laborUsdPerMonth === undefined ? [] : [stated("today.laborUsdPerMonth", laborUsdPerMonth)];
  const spend: Quantity =
    apiUsdPerMonth !== undefined
      ? stated("today.apiUsdPerMonth", apiUsdPerMonth)
      : api !== undefined && traffic !== undefined
        ? blended(price, traffic, `no price of ${api} is known`)
        : { refused: "today's spend is not stated", hint: "set today.apiUsdPerMonth" };
  return labor.length > 0 && isRefusal(spend) ? labor[0]! : sum([times(shareReplaced, spend), ...labor]);
}

function stated(field: string, usdPerMonth: string): Estimate {
  return pointEstimate(Number(usdPerMonth), "USD", `programme.yaml: ${field}`);
}

function listPrice({ programme, traffic, today }: AlternativesRequest): Alternative {
  return option({
    id: "list-price",
    label: today === undefined ? "the API in use, at its list price" : `${today.model} at its list price`,
    usdPerMonth: times(
      programme.today.shareReplaced,
      blended(today, traffic, "the API in use is not named (today.api)"),
    ),
    ruledOutBy: apiRuledOutBy(today, programme.requirements),
    note: noteOn(today, programme, "the list price for the stated tokens, compared with the stated spend"),
  });
}

function otherApi({ traffic, programme }: AlternativesRequest, sellers: SellersRequest): Alternative {
  const cheapest = cheapestApi(sellers);
  return option({
    id: "cheapest-api",
    label: cheapest === undefined ? "the cheapest API of a maker" : cheapest.model,
    usdPerMonth: blended(cheapest, traffic, "no API has a price on the day"),
    ruledOutBy: apiRuledOutBy(cheapest, sellers.requirements),
    note: noteOn(
      cheapest,
      programme,
      "the cheapest list price for these tokens; its quality is unknown: measure it on the frozen test set",
    ),
  });
}

function host({ traffic, model, programme }: AlternativesRequest, sellers: SellersRequest): Alternative {
  const [cheapest] = hostsOf(sellers);
  return option({
    id: "open-weight-host",
    label: cheapest === undefined ? `a host of ${model}` : cheapest.model,
    usdPerMonth: inOwnTokens(blended(cheapest, traffic, `no price of a host of ${model} is known`), traffic),
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

/** Finding on a stated spend that contradicts the list price of the stated traffic. */
function spendFinding({ programme: { today } }: AlternativesRequest, options: readonly Alternative[]): string[] {
  const { label, usdPerMonth } = options.find(({ id }) => id === "list-price")!;
  const list = middleOf(usdPerMonth);
  if (today.apiUsdPerMonth === undefined || list === undefined) return [];
  const spent = Number(today.apiUsdPerMonth) * today.shareReplaced;
  const finding = spendConflict(spent, { label, usd: list });
  if (finding === undefined) return [];
  const counted = spent > list ? ". Savings are counted from the list price: paying it needs no tuning" : "";
  return [`${finding}${counted}`];
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
  if (isRefusal(quantity)) return quantity;
  const { p10, p50, p90 } = quantity;
  return { ...quantity, p10: p10 * factor, p50: p50 * factor, p90: p90 * factor };
}

/** Sum of quantities. Medians are added, and so are the ends, because the quantities are positively dependent. */
function sum(parts: readonly Quantity[]): Quantity {
  const refused = parts.find(isRefusal);
  if (refused !== undefined) return refused;
  const known = parts.filter((part): part is Estimate => !isRefusal(part));
  const totalAt = (end: "p10" | "p50" | "p90"): number => known.reduce((total, part) => total + part[end], 0);
  const basis = known.map((part) => part.basis).join(" + ");
  return { p10: totalAt("p10"), p50: totalAt("p50"), p90: totalAt("p90"), unit: "USD", basis, n: 0, sources: [] };
}

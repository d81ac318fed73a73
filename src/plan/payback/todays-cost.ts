import { percent, usd } from "../../base/words.ts";
import type { Programme } from "../../domain/programme.ts";
import type { TodaysCost } from "../../domain/todays-cost.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import type { ServingFacts } from "../cost/cost-facts.ts";
import { type MonthlyTokens, monthlyTokens } from "../serving/monthly-tokens.ts";
import { type ApiRates, apiRates } from "./api-rates.ts";
import { spendConflict } from "./spend-conflict.ts";

/** Cost per month on the API in use, US dollars. */
type ApiPart = {
  usd: number;
  /** Part of it that the tuned model replaces. */
  share: number;
  /** As stated, or the list price of the tokens that the tuned model will serve. */
  basis: "stated" | "list-price";
};

/** Monthly cost of today that the programme replaces, US dollars. */
export type Replaced = {
  /** The replaced cost: the share of the API's, and the other cost. */
  usd: number;
  api: ApiPart | undefined;
  /** Other cost, such as people; undefined if none is stated. */
  laborUsd: number | undefined;
  /** List price of the tokens that the tuned model will serve; undefined if it is unknown. */
  listUsd: number | undefined;
};

/** The month that the tuned model will serve, and the price of the API in use. */
export type TodaysMonth = Pick<ServingFacts, "apiPrice" | "traffic"> & { tokens: MonthlyTokens | { unknown: string } };

/** The month of a programme and the price of its API. */
export function monthOfToday(
  { serving }: Pick<Programme, "serving">,
  facts: Pick<ServingFacts, "apiPrice" | "traffic"> | undefined,
): TodaysMonth {
  return { tokens: monthlyTokens(serving), apiPrice: facts?.apiPrice, traffic: facts?.traffic };
}

/** Input that would make the cost of today known. */
export const TODAY_HINT =
  "give today.apiUsdPerMonth, or today.api with the tokens of serving, or today.laborUsdPerMonth";

/**
 * The cost of today that a programme replaces, in every command: savings are counted from it. A stated spend on the API
 * counts, times the share that is replaced. Without one, the list price of the tokens that the tuned model will serve
 * counts, all of which is replaced. Other cost is added.
 */
export function replacedCost(today: Programme["today"], month: TodaysMonth): Replaced | { unknown: string } {
  const { tokens } = month;
  const rates = today.api === undefined ? undefined : apiRates(month);
  const listUsd = rates === undefined || "unknown" in tokens ? undefined : listPriceUsd(rates, tokens);
  const api = apiPart(today, listUsd);
  const laborUsd = today.laborUsdPerMonth === undefined ? undefined : Number(today.laborUsdPerMonth);
  if (api !== undefined || laborUsd !== undefined)
    return { usd: (api === undefined ? 0 : api.usd * api.share) + (laborUsd ?? 0), api, laborUsd, listUsd };
  if (today.api !== undefined && "unknown" in tokens) return tokens;
  return { unknown: `the monthly savings of the tuned model are unknown: ${TODAY_HINT.replace(/^give/, "set")}` };
}

function apiPart(today: Programme["today"], listUsd: number | undefined): ApiPart | undefined {
  if (today.apiUsdPerMonth !== undefined)
    return { usd: Number(today.apiUsdPerMonth), share: today.shareReplaced, basis: "stated" };
  return listUsd === undefined ? undefined : { usd: listUsd, share: 1, basis: "list-price" };
}

/** List price of a month of tokens, US dollars. */
export function listPriceUsd(rates: ApiRates, { input, output }: MonthlyTokens): number {
  return (input * rates.input + output * rates.output) / 1e6;
}

/** The cost of today as every command reports it, with what contradicts it. */
export function todaysCost(today: Programme["today"], month: TodaysMonth): TodaysCost {
  const cost = replacedCost(today, month);
  if ("unknown" in cost) {
    return {
      usdPerMonth: { refused: cost.unknown, hint: TODAY_HINT },
      text: "what is spent today is unknown",
      listUsdPerMonth: unlisted,
      conflict: null,
      notes: [],
    };
  }
  const text = costWords(today, cost);
  return {
    usdPerMonth: pointEstimate(cost.usd, "USD/month", `programme.yaml: ${text}`),
    text,
    listUsdPerMonth:
      cost.listUsd === undefined
        ? unlisted
        : pointEstimate(cost.listUsd, "USD/month", `list price of ${today.api} for the tokens of serving`),
    conflict: conflictOf(today, cost),
    notes: notesOn(today, cost),
  };
}

const unlisted = {
  refused: "the API in use or the tokens of serving are not stated",
  hint: "set today.api, serving.inputTokensPerMonth and serving.outputTokensPerMonth",
};

/** Parts of the cost of today: `80 % of 26,000 USD a month for the API, as stated, and 4,000 for other cost`. */
function costWords({ api: name }: Programme["today"], { api, laborUsd }: Replaced): string {
  const part = api !== undefined && api.share < 1 ? `${percent(api.share)} of ` : "";
  const parts = [
    api === undefined
      ? undefined
      : api.basis === "stated"
        ? `${part}${usd(api.usd)} USD a month for ${name ?? "the API"}, as stated`
        : `${usd(api.usd)} USD a month for ${name} at list price`,
    laborUsd === undefined ? undefined : `${usd(laborUsd)} USD a month of other cost, as stated`,
  ];
  return parts.filter((words) => words !== undefined).join(", and ");
}

/** Contradiction of a stated spend and the list price of the stated tokens. */
function conflictOf({ api: name }: Programme["today"], { api, listUsd }: Replaced): string | null {
  if (api?.basis !== "stated" || listUsd === undefined) return null;
  return spendConflict(api.usd * api.share, { usd: listUsd, label: `the list price of ${name}` }) ?? null;
}

/** Inputs that are stated and not in the cost of today. */
function notesOn({ shareReplaced, api: name }: Programme["today"], { api }: Replaced): string[] {
  const isShareUnused = api?.basis === "list-price" && shareReplaced !== 1;
  return [
    isShareUnused
      ? "today.shareReplaced is not used: it is a share of today.apiUsdPerMonth, which is not stated; the list price is that of the tokens that the tuned model will serve"
      : undefined,
    api === undefined && name !== undefined
      ? `The cost of ${name} is not counted: state today.apiUsdPerMonth, or the tokens of serving`
      : undefined,
  ].filter((note) => note !== undefined);
}

/** Contradictions of the cost of today, and what is not in it. */
export function todaysDoubts({ conflict, notes }: TodaysCost): string[] {
  return conflict === null ? notes : [conflict, ...notes];
}

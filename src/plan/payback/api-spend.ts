import type { Programme } from "../../domain/programme.ts";
import type { ServingFacts } from "../cost/cost-facts.ts";
import { type MonthlyTokens, monthlyTokens } from "../serving/monthly-tokens.ts";
import { type ApiRates, apiRates } from "./api-rates.ts";

/** Monthly spend on the current API from which savings are counted, US dollars. */
export type CountedSpend = {
  usdPerMonth: number;
  /** True if it is the list price of the stated traffic: the stated spend is higher, or none is stated. */
  isListPrice: boolean;
};

/**
 * Spend on the current API that a tuned model can save: the smaller of the stated spend and the list price of the
 * stated traffic. Any excess over the list price can be saved by paying the list price, without tuning. Undefined if
 * neither is known.
 */
export function countedApiSpend(
  { today, serving }: Pick<Programme, "today" | "serving">,
  facts: Pick<ServingFacts, "apiPrice" | "traffic">,
): CountedSpend | undefined {
  const stated = today.apiUsdPerMonth === undefined ? Infinity : Number(today.apiUsdPerMonth);
  const rates = apiRates(facts);
  const tokens = monthlyTokens(serving);
  const listed =
    today.api === undefined || rates === undefined || "unknown" in tokens ? Infinity : listUsd(rates, tokens);
  const usdPerMonth = Math.min(stated, listed);
  return usdPerMonth === Infinity ? undefined : { usdPerMonth, isListPrice: listed < stated };
}

/** List price of a month of tokens, US dollars. */
export function listUsd(rates: ApiRates, { input, output }: MonthlyTokens): number {
  return (input * rates.input + output * rates.output) / 1e6;
}

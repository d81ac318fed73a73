import { formatNumber } from "../../base/units.ts";
import { percent } from "../../base/words.ts";
import { apiBlend } from "../compare/api-blend.ts";
import type { ServingFacts } from "../cost/cost-facts.ts";

/** Prices of the current API for a programme's mix, US dollars per million tokens. */
export type ApiRates = { input: number; output: number; words: string };

/**
 * Prices of the current API per million input and output tokens: as listed, or blended over the cached share, batches
 * and lengths of the month of traffic, if one is given.
 */
export function apiRates({ apiPrice, traffic }: Pick<ServingFacts, "apiPrice" | "traffic">): ApiRates | undefined {
  if (apiPrice === undefined) return undefined;
  const per = (inputTokensPerMonth: number, outputTokensPerMonth: number): number =>
    Number(apiBlend(apiPrice, { ...traffic, inputTokensPerMonth, outputTokensPerMonth }).usdPerMonth.toPrecision(12));
  const [input, output] = [per(1e6, 0), per(0, 1e6)];
  const shares = [
    traffic && traffic.cachedInputShare > 0 ? `${percent(traffic.cachedInputShare)} of the input cached` : "",
    traffic && traffic.batchShare > 0 ? `${percent(traffic.batchShare)} in batches` : "",
  ].filter((part) => part !== "");
  const listed = `${formatNumber(Number(apiPrice.inputUsdPerMtok))} and ${formatNumber(Number(apiPrice.outputUsdPerMtok))} listed`;
  const blend = shares.length === 0 ? "" : ` (${listed}; ${shares.join(", ")})`;
  return { input, output, words: `at the price of ${apiPrice.model}${blend}` };
}

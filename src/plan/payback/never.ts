import { inDraws } from "../../base/words.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";

/** Start of a reason that is an answer: in these draws the event never happens. */
const NEVER = /^(?:never in|it does not pay back within .* in) (\d+) % of the draws/;

/**
 * Words for a quantity without a value because its event never happens in many draws: `never`, or `never in 30 % of
 * draws`. That is known. Undefined if it has a value, or is unknown.
 */
export function neverWords(quantity: Quantity): string | undefined {
  if (!isRefusal(quantity)) return undefined;
  const percent = NEVER.exec(quantity.refused)?.[1];
  if (percent === undefined) return undefined;
  return Number(percent) >= 50 ? "never" : `never ${inDraws(Number(percent) / 100)}`;
}

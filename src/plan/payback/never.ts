import { inDraws } from "../../base/words.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";

/** Start of a refusal that is itself an answer: the event never happens in these draws. */
const NEVER = /^(?:never in|it does not pay back within .* in) (\d+) % of the draws/;

/**
 * Text of a quantity that has no value because its event never happens in many draws: `never`, or `never in 30 % of
 * draws`. Such a result is known. Undefined if the quantity has a value, or is unknown.
 */
export function neverWords(quantity: Quantity): string | undefined {
  if (!isRefusal(quantity)) return undefined;
  const percent = NEVER.exec(quantity.refused)?.[1];
  if (percent === undefined) return undefined;
  return Number(percent) >= 50 ? "never" : `never ${inDraws(Number(percent) / 100)}`;
}

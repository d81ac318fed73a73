import { inDraws } from "../../base/words.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";

/**
 * Text of a quantity that has no value because its event never happens in many draws: `never`, or `never in 30 % of
 * draws`. Such a result is known. Undefined if the quantity has a value, or is unknown.
 */
export function neverWords(quantity: Quantity): string | undefined {
  if (!isRefusal(quantity)) return undefined;
  const { neverShare } = quantity;
  if (neverShare === undefined) return undefined;
  return neverShare >= 0.5 ? "never" : `never ${inDraws(neverShare)}`;
}

import { formatUsd } from "../../base/units.ts";
import { span } from "../../base/words.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";

/**
 * Sentence on the price of a GPU-hour and its source, with the days and the age of the prices behind it, in every text
 * that rests on one; none if there is no price, which is refused elsewhere.
 *
 * @param use  `training` or `serving`
 */
export function priceLines(use: string, price: Quantity): string[] {
  if (isRefusal(price)) return [];
  return [`a GPU-hour of ${use} costs ${span(price, formatUsd)} USD: ${price.basis}`];
}

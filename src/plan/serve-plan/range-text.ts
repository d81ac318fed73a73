import { formatRange } from "../../base/units.ts";
import { minus, span } from "../../base/words.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";

/** Text of a range; an unknown end is stated as unknown. */
export function rangeText(quantity: Quantity, format: (value: number) => string): string {
  if (!isRefusal(quantity))
    return quantity.p10 < 0 ? minus(span(quantity, format)) : formatRange(quantity.p10, quantity.p90, format);
  if (quantity.known === undefined) return "unknown";
  const { p10, p90 } = quantity.known;
  const [low, high] = [p10, p90].map((value) => (value === undefined ? "unknown" : minus(format(value))));
  return `${low} – ${high}`;
}

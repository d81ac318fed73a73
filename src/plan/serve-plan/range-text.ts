import { formatNumber, formatRange } from "../../base/units.ts";
import { minus, monthsSpan, span } from "../../base/words.ts";
import { isRefusal, type Known, type Quantity } from "../../domain/estimate.ts";

/** Text of a range; an unknown end is stated as unknown. */
export function rangeText(quantity: Quantity, format: (value: number) => string): string {
  if (!isRefusal(quantity))
    return quantity.p10 < 0 ? minus(span(quantity, format)) : formatRange(quantity.p10, quantity.p90, format);
  if (quantity.known === undefined) return "unknown";
  const { p10, p90 } = quantity.known;
  const [low, high] = [p10, p90].map((value) => (value === undefined ? "unknown" : minus(format(value))));
  return `${low} – ${high}`;
}

/** Text of a range of payback months; undefined if it was refused. */
export function monthsText(months: Quantity, neverShare: number | null): string | undefined {
  if (!isRefusal(months)) return monthsSpan(months, neverShare);
  return months.known === undefined ? undefined : rangeText(months, formatNumber);
}

/** Low end, median and high end as cells of a table; an unknown end is stated as unknown. */
export function endCells({ p10, p50, p90 }: Known, format: (value: number) => string): string[] {
  return [p10, p50, p90].map((value) => (value === undefined ? "unknown" : format(value)));
}

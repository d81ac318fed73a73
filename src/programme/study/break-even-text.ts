import { usd } from "../../base/words.ts";
import { middleOf } from "../../domain/estimate.ts";
import type { Payback } from "../../domain/study.ts";

/** Number of months of the first return. */
const MONTHS = 12;

/** Number of digits shown of an amount, as in `usd`. */
const DIGITS = 3;

/**
 * Monthly amount, in US dollars, that the programme would have to replace in addition for a median return of zero after
 * 12 months, rounded up; undefined if the return is not negative, or serving is unknown. The curve has the medians over
 * all draws, so a constant monthly amount shifts the median by exactly that amount.
 */
export function missingUsdPerMonth({ curve }: Pick<Payback, "curve">): number | undefined {
  const year = curve.find(({ month }) => month === MONTHS)?.p50;
  return year === undefined || year >= 0 ? undefined : roundedUp(-year / MONTHS);
}

/** Changes, in numbers, that would bring the median return after 12 months to zero; empty if unknown. */
export function breakEvenText(payback: Payback): string {
  const missing = missingUsdPerMonth(payback);
  if (missing === undefined) return "";
  const replaced = middleOf(payback.monthlySaving) ?? 0;
  const launch = (middleOf(payback.investment) ?? 0) - MONTHS * missing;
  const cheaper =
    launch > 0
      ? `, or costs about ${usd(launch)} USD to launch`
      : "; no cost to launch is low enough, since it also loses money from month to month";
  return `The return reaches zero if the programme replaces ${usd(missing)} USD a month more than now (${usd(replaced)})${cheaper}.`;
}

function roundedUp(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - (DIGITS - 1));
  return Math.ceil(value / unit) * unit;
}

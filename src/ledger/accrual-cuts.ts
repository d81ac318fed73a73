import { accruedPico, stretches } from "./accrual.ts";

/**
 * A time up to which the cost of an interval is posted, and the cost from the start of the interval to that time, in
 * pico-units.
 */
export type AccrualCut = { toMs: number; totalPico: bigint; picoPerHour: bigint };

/** An interval of activity, milliseconds since 1970. */
type Interval = { fromMs: number; toMs: number; isClosed: boolean };

/**
 * Times at which an interval is posted: when the price changes, when a month ends, and when a closed interval ends.
 * Each has the cost since the start of the interval, so that a posting is a difference and rounding errors do not
 * accumulate.
 *
 * @returns null if a day has no price
 */
export function accrualCuts(
  { fromMs, toMs, isClosed }: Interval,
  priceOn: (day: string) => bigint | null,
): AccrualCut[] | null {
  const cuts: AccrualCut[] = [];
  const parts = stretches({ fromMs, toMs }, priceOn);
  for (const [index, part] of parts.entries()) {
    if (part.picoPerHour === null) return null;
    const isLast = index === parts.length - 1;
    const ends = [...monthEnds(part.fromMs, part.toMs), ...(isLast && !isClosed ? [] : [part.toMs])];
    for (const end of ends) {
      const totalPico = accruedPico([{ fromMs, toMs: end }], priceOn);
      if (totalPico === null) return null;
      cuts.push({ toMs: end, totalPico, picoPerHour: part.picoPerHour });
    }
  }
  return cuts;
}

/** Starts of months, UTC, after `fromMs` and up to before `toMs`. */
function monthEnds(fromMs: number, toMs: number): number[] {
  const found: number[] = [];
  const first = new Date(fromMs);
  for (let month = first.getUTCMonth() + 1; ; month++) {
    const end = Date.UTC(first.getUTCFullYear(), month);
    if (end >= toMs) return found;
    found.push(end);
  }
}

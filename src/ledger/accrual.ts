/** A period at one price. */
export type PricedStretch = { fromMs: number; toMs: number; picoPerHour: bigint };

const MS_PER_HOUR = 3_600_000n;
const MS_PER_DAY = 86_400_000;

/**
 * Cost of time at prices of the day, in pico-units. Consecutive days with the same price form one stretch: price x ms /
 * 3,600,000 is rounded down once per stretch, never per step.
 *
 * @param intervals   when a run was alive, milliseconds since 1970
 * @param priceOn     price per hour on a day, `YYYY-MM-DD`; null if there is none
 * @returns null if a day has no price
 */
export function accruedPico(
  intervals: readonly { fromMs: number; toMs: number }[],
  priceOn: (day: string) => bigint | null,
): bigint | null {
  let total = 0n;
  for (const interval of intervals) {
    for (const { fromMs, toMs, picoPerHour } of stretches(interval, priceOn)) {
      if (picoPerHour === null) return null;
      total += (picoPerHour * BigInt(toMs - fromMs)) / MS_PER_HOUR;
    }
  }
  return total;
}

/**
 * An interval split where the daily price changes. It ends at the first day without a price.
 *
 * @param interval  milliseconds since 1970
 * @param priceOn   price per hour on a day, `YYYY-MM-DD`, in pico-units; null if there is none
 */
export function stretches(
  { fromMs, toMs }: { fromMs: number; toMs: number },
  priceOn: (day: string) => bigint | null,
): (PricedStretch | { fromMs: number; toMs: number; picoPerHour: null })[] {
  const found: PricedStretch[] = [];
  for (let from = fromMs; from < toMs;) {
    const to = Math.min(toMs, (Math.floor(from / MS_PER_DAY) + 1) * MS_PER_DAY);
    const picoPerHour = priceOn(new Date(from).toISOString().slice(0, 10));
    if (picoPerHour === null) return [{ fromMs: from, toMs: to, picoPerHour }];
    const last = found.at(-1);
    if (last?.picoPerHour === picoPerHour) last.toMs = to;
    else found.push({ fromMs: from, toMs: to, picoPerHour });
    from = to;
  }
  return found;
}

import type { GpuPrice } from "../domain/price.ts";
import { ageDays } from "./prices.ts";

/**
 * Days after which a price is too old to lead a comparison: rental prices have changed by 40-50 % in a year.
 *
 * @source a judgement: a quarter
 */
export const OLD_PRICE_DAYS = 90;

/** Reason why a price is weak, and whether it is too old to lead a comparison. */
export type PriceNote = { text: string; isOld: boolean };

/**
 * Reason why the rows of a price are weak: only published ranges over sellers, or no price of the last months. Undefined
 * if a recent price of a seller is among them, or there are no rows.
 *
 * @param on  day of the estimate, YYYY-MM-DD
 */
export function priceNote(rows: readonly GpuPrice[], on: string): PriceNote | undefined {
  if (rows.length === 0) return undefined;
  const sellers = rows.filter(({ kind }) => kind !== "range");
  const known = sellers.length > 0 ? sellers : rows;
  const newest = known.reduce((best, row) => (ageDays(row, on) < ageDays(best, on) ? row : best));
  const days = Math.round(ageDays(newest, on));
  const isOld = days > OLD_PRICE_DAYS;
  if (sellers.length > 0)
    return isOld
      ? { text: `the newest price of a seller is of ${newest.validFrom}, ${days} days old: ask for a quote`, isOld }
      : undefined;
  return {
    text: `its price is a published range of ${newest.validFrom}, ${days} days old: no seller's own price is in force`,
    isOld,
  };
}

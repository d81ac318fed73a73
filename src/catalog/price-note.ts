import type { GpuPrice } from "../domain/price.ts";
import { ageDays } from "./prices.ts";

/**
 * Days after which a published range by itself is too old for a decision: rental prices have changed by 40-50 % in a
 * year.
 */
const RANGE_OLD_DAYS = 90;

/** Reason why a price is weak, and whether it is too old to lead a comparison. */
export type PriceNote = { text: string; isOld: boolean };

/**
 * Reason why the rows of a price are weak: only published ranges over sellers, with their age. Undefined if a seller's
 * own price is among them, or there are no rows.
 *
 * @param on  day of the estimate, YYYY-MM-DD
 */
export function priceNote(rows: readonly GpuPrice[], on: string): PriceNote | undefined {
  if (rows.length === 0 || rows.some(({ kind }) => kind !== "range")) return undefined;
  const newest = rows.reduce((best, row) => (ageDays(row, on) < ageDays(best, on) ? row : best));
  const days = Math.round(ageDays(newest, on));
  return {
    text: `its price is a published range of ${newest.validFrom}, ${days} days old: no seller's own price is in force`,
    isOld: days > RANGE_OLD_DAYS,
  };
}

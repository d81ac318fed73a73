import * as z from "zod";

import { isIsoDay } from "../base/clock.ts";
import { parseMoney } from "../base/money.ts";

/** A calendar day, `YYYY-MM-DD`. */
export const Day = z.string().refine(isIsoDay, "expected a date as YYYY-MM-DD").describe("Calendar day, YYYY-MM-DD");

/** An exact amount of money in a currency named next to it (default: US dollars): a decimal string, never a float. */
export const Money = z
  .union([z.string(), z.number().transform(String)], 'expected an amount such as "1234.50"')
  .refine(isMoney, 'expected an amount such as "1234.50"')
  .describe('Amount of money as a decimal string, as in "1234.50"');

/** `Money` that is not negative: a price, a cost, a budget. */
export const PositiveMoney = Money.refine((text) => !text.startsWith("-"), "an amount must not be negative");

/** Kinds of sources. `user` is the programme file or a flag; `computed` figures list their inputs instead. */
export const SourceKind = z.enum(["user", "assumption", "catalogue", "measured", "computed"]);
export type SourceKind = z.infer<typeof SourceKind>;

/** The origin of one number: its kind, the document or row, and its day. */
export const Source = z.strictObject({
  kind: SourceKind.describe("Kind of source"),
  ref: z.string().min(1).describe("File and field, catalogue row, paper or page; `computed` for a formula"),
  asOf: Day.optional().describe("Day of the figure, if it has one"),
});
export type Source = z.infer<typeof Source>;

function isMoney(text: string): boolean {
  try {
    parseMoney(text);
    return true;
  } catch {
    return false;
  }
}

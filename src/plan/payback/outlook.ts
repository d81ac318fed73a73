import type { Read } from "../uncertainty/simulate.ts";

/** Assumptions about future months relative to the current one. */
export type Outlook = {
  /** Monthly growth of the traffic: 0.05 is 5 % each month. */
  growthPerMonth: number;
  /** Yearly decline of API prices. */
  priceDropPerYear: number;
};

/** No growth and no price decline. */
export const STEADY: Outlook = { growthPerMonth: 0, priceDropPerYear: 0 };

/** Factors of a month relative to the current one: its traffic, and the price of an API. */
export type MonthFactors = { volume: number; apiPrice: number };

/** Factors of a month; the current month is 1. */
export function monthFactors({ growthPerMonth, priceDropPerYear }: Outlook, month: number): MonthFactors {
  return { volume: (1 + growthPerMonth) ** (month - 1), apiPrice: (1 - priceDropPerYear) ** ((month - 1) / 12) };
}

/** Ids of leaves that grow with the traffic. */
const GROWING: ReadonlySet<string> = new Set([
  "user.serving.inputTokensPerMonth",
  "user.serving.outputTokensPerMonth",
  "user.today.apiUsdPerMonth",
]);

/** A draw with increased traffic. */
export function withVolume(x: Read, volume: number): Read {
  return volume === 1 ? x : (id) => (GROWING.has(id) ? x(id) * volume : x(id));
}

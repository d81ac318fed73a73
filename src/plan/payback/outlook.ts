import type { Read } from "../uncertainty/simulate.ts";

/** How the months to come differ from that of today. */
export type Outlook = {
  /** Growth of the traffic per month: 0.05 is 5 % more each month. */
  growthPerMonth: number;
  /** How much the prices of APIs fall per year. */
  priceDropPerYear: number;
};

/** Months like that of today. */
export const STEADY: Outlook = { growthPerMonth: 0, priceDropPerYear: 0 };

/** A month over that of today: its traffic, and the price of an API. */
export type MonthFactors = { volume: number; apiPrice: number };

/** The month of today is 1. */
export function monthFactors({ growthPerMonth, priceDropPerYear }: Outlook, month: number): MonthFactors {
  return { volume: (1 + growthPerMonth) ** (month - 1), apiPrice: (1 - priceDropPerYear) ** ((month - 1) / 12) };
}

/** Leaves that grow with the traffic. */
const GROWING: ReadonlySet<string> = new Set([
  "user.serving.inputTokensPerMonth",
  "user.serving.outputTokensPerMonth",
  "user.today.apiUsdPerMonth",
]);

/** A draw as it reads with more traffic. */
export function withVolume(x: Read, volume: number): Read {
  return volume === 1 ? x : (id) => (GROWING.has(id) ? x(id) * volume : x(id));
}

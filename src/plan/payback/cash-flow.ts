/** Cash of one month in one draw: cost of the baseline and of the option. */
export type MonthPair = { baselineUsd: number; optionUsd: number };

/** Value of a choice over months, in one draw. */
export type CashFlow = {
  /** Cost of the option including investment, by number of months. */
  spent: { months12: number; months24: number };
  /** Savings minus the investment, not discounted, by number of months. */
  net: { months12: number; months24: number };
  npv24: number;
  /** First month in which accumulated savings cover the investment; Infinity if no month within the horizon does. */
  paybackMonth: number;
};

/**
 * Months after which a choice that has not paid back counts as never paying back; its base model is superseded long
 * before then.
 */
export const HORIZON_MONTHS = 60;

/**
 * Cash flow of an option relative to the baseline: the investment at the start, savings at the end of each month.
 *
 * @param pairOf  money of month 1, 2, …
 * @returns net present value `−investment + Σ (baseline − option) / (1 + d)^(m/12)`: at d = 0 the plain sum
 */
export function cashFlow(
  investmentUsd: number,
  { discountPerYear, pairOf }: { discountPerYear: number; pairOf: (month: number) => MonthPair },
): CashFlow {
  const [spent, net] = [
    { months12: 0, months24: 0 },
    { months12: 0, months24: 0 },
  ];
  let [saved, paid, npv24, paybackMonth] = [-investmentUsd, investmentUsd, -investmentUsd, Infinity];
  for (let month = 1; month <= HORIZON_MONTHS; month++) {
    if (month > 24 && paybackMonth < Infinity) break;
    const { baselineUsd, optionUsd } = pairOf(month);
    saved += baselineUsd - optionUsd;
    paid += optionUsd;
    if (month <= 24) npv24 += (baselineUsd - optionUsd) / (1 + discountPerYear) ** (month / 12);
    if (month === 12) [spent.months12, net.months12] = [paid, saved];
    if (month === 24) [spent.months24, net.months24] = [paid, saved];
    if (saved >= 0 && paybackMonth === Infinity) paybackMonth = month;
  }
  return { spent, net, npv24, paybackMonth };
}

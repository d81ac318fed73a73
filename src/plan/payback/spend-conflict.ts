import { formatNumber } from "../../base/units.ts";
import { usd } from "../../base/words.ts";

/** Ratio of a stated spend to a list price above which there is a finding. */
const ALIKE = 1.25;

/**
 * Finding on a stated spend that the list price of the stated traffic does not explain, with both numbers and their
 * difference; undefined if they agree.
 *
 * @param spent  US dollars a month
 * @param list   the list price of the same traffic, US dollars a month
 */
export function spendConflict(spent: number, list: { usd: number; label: string }): string | undefined {
  if (list.usd <= 0) return undefined;
  const factor = spent / list.usd;
  if (factor <= ALIKE && factor >= 1 / ALIKE) return undefined;
  const isMore = factor > 1;
  const times = `${formatNumber(Math.max(factor, 1 / factor))} times as ${isMore ? "much" : "little"}, ${usd(Math.abs(spent - list.usd))} USD a month ${isMore ? "more" : "less"}`;
  const reason = `One of the two is wrong, or the spend includes ${isMore ? "other traffic" : "a discount"}`;
  return `${usd(spent)} USD a month are stated as spent and replaced, and the stated tokens cost ${usd(list.usd)} at ${list.label}: ${times}. ${reason}. Savings are counted from the stated spend`;
}

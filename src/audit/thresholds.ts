import type { Severity } from "../domain/audit.ts";
import { type Estimate, middleOf, type Quantity } from "../domain/estimate.ts";

/** Shares of the programme's cost above which a finding is high or medium; the rest is low. */
export const THRESHOLDS = { high: 0.1, medium: 0.02 } as const;

/** Days after the audit within which the end of a hosted model is near: the six months that a programme's cost covers. */
export const NEAR_END_DAYS = 183;

/** Share of the planned cost from which the shape of what was spent is judged: a programme spends on data first. */
export const ACTUALS_FROM = 0.5;

/** Share of bills without a run, as reported by the article from its audits. */
export const ARTICLE_UNCLAIMED = { low: 0.3, high: 0.5 } as const;

/** Number of runs from which a search counts as a sweep. */
export const SWEEP_RUNS = 8;

/**
 * Settings of the replay of successive halving: one in three continues, and the first rung is a 27th of the longest
 * run, so that there are three rungs before the end.
 */
export const ASHA = { eta: 3, rungs: 3 } as const;

/**
 * Maximum share of a search's steps after the stops of successive halving for which the search counts as stopped early.
 */
export const WASTED_STEPS = 0.05;

/** Severity of a finding: its median price relative to the programme's cost. A breached duty is always high. */
export function severityOf(
  { price, dutyBreached }: { price: Quantity; dutyBreached: boolean },
  programmeCost: Estimate,
): Severity {
  if (dutyBreached) return "high";
  const share = (middleOf(price) ?? 0) / programmeCost.p50;
  return share > THRESHOLDS.high ? "high" : share > THRESHOLDS.medium ? "medium" : "low";
}

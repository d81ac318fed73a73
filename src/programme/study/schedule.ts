import { formatDuration, formatNumber, formatRange } from "../../base/units.ts";
import { isRefusal } from "../../domain/estimate.ts";
import { type StudyFacts, dayAfter } from "./study-facts.ts";

/** Duration in days, middle and high end. */
type Days = { p50: number; p90: number };

/** Days of engineering until launch, by one person. */
function engineeringDays({ programme, assumption }: StudyFacts): Days {
  const stated = programme.team.engineerWeeks;
  const { p50, p90 } = stated === undefined ? assumption("engineering.weeks") : { p50: stated, p90: stated };
  return { p50: p50 * 7, p90: p90 * 7 };
}

/**
 * Days of all runs and passes in sequence on the fleet, including start-up; undefined if the hours of a run are
 * unknown.
 */
function trainingDays({ training, planned }: StudyFacts): Days | undefined {
  const { gpuHours } = planned;
  if (isRefusal(gpuHours)) return undefined;
  const perDay = 24 * training.spec.gpuCount;
  return { p50: gpuHours.p50 / perDay, p90: gpuHours.p90 / perDay };
}

/** First day of the work: the start of the programme, but not before today. */
function startDay({ programme, on }: StudyFacts): string {
  const { start } = programme;
  return start !== undefined && start > on ? start : on;
}

/**
 * Day on which the work ends: engineering by one person and then all runs in sequence, which is the cautious order; if
 * they overlap, it ends earlier. The high end treats the two as independent: their spreads add in squares.
 */
export function endDay(facts: StudyFacts, end: "p50" | "p90"): string {
  const parts = [engineeringDays(facts), trainingDays(facts) ?? { p50: 0, p90: 0 }];
  const middle = parts.reduce((sum, { p50 }) => sum + p50, 0);
  const spread = Math.hypot(...parts.map(({ p50, p90 }) => p90 - p50));
  return dayAfter(startDay(facts), end === "p50" ? middle : middle + spread);
}

/** Computation of that day. */
export function scheduleText(facts: StudyFacts): string {
  const { programme, assumption } = facts;
  const stated = programme.team.engineerWeeks;
  const { p10, p90 } = assumption("engineering.weeks");
  const weeks = stated === undefined ? formatRange(p10, p90) : formatNumber(stated);
  const days = trainingDays(facts);
  const runs =
    days === undefined
      ? "training, whose hours are unknown and not included"
      : `${formatDuration(days.p50 * 86_400)} of training (all runs and passes in sequence, start-up included)`;
  return `from ${startDay(facts)} ${weeks} engineer-weeks by one person, then ${runs}`;
}

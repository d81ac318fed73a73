import { dayOf } from "./batches.ts";

const DAY_MS = 86_400_000;

/** Number of days of a quarter for which maintenance is planned. */
const QUARTER_DAYS = 91;

/** Days on which each kind of maintenance is due in a quarter. */
export type QuarterDays = {
  to: string;
  /** Mondays, when a week of traffic is complete. */
  checks: string[];
  /** First days of months: the replay set is refreshed. */
  replays: string[];
  reEvaluation: string;
  data: string;
  decision: string;
  retrain: string;
};

/**
 * Dates of the maintenance of a quarter: checks every Monday, a replay at the start of each month, re-evaluation in the middle,
 * hard cases labelled by then, the decision on a retraining two weeks later, and the retraining itself three weeks before the end.
 */
export function quarterDays(from: string): QuarterDays {
  const start = Date.parse(`${from}T00:00:00Z`);
  const days = Array.from({ length: QUARTER_DAYS }, (_, k) => start + k * DAY_MS);
  const dayAt = (k: number): string => dayOf(start + k * DAY_MS);
  return {
    to: dayAt(QUARTER_DAYS - 1),
    checks: days.filter((ms) => new Date(ms).getUTCDay() === 1).map(dayOf),
    replays: days.filter((ms) => new Date(ms).getUTCDate() === 1).map(dayOf),
    data: dayAt(39),
    reEvaluation: dayAt(45),
    decision: dayAt(59),
    retrain: dayAt(69),
  };
}

/** Relation of a day to today. */
export function dueState(day: string, today: string): "planned" | "due" | "overdue" {
  if (day < today) return "overdue";
  return Date.parse(day) - Date.parse(today) <= 7 * DAY_MS ? "due" : "planned";
}

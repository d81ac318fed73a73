import type { ScoreInterval } from "../../../domain/score-interval.ts";

/** A score with four decimals, a measure with one. */
export function shownScore(value: number | null): string {
  if (value === null) return "none";
  return Math.abs(value) <= 1 + 1e-9 ? value.toFixed(4) : value.toFixed(1);
}

/** A 95 % interval. */
export function shownInterval(interval: ScoreInterval | null): string {
  return interval === null ? "none" : `${shownScore(interval.low)} to ${shownScore(interval.high)}`;
}

/** A difference with its sign. */
export function shownDifference(value: number | null): string {
  if (value === null) return "none";
  const text = shownScore(Math.abs(value));
  return Number(text) === 0 ? text : `${value < 0 ? "-" : "+"}${text}`;
}

/** The interval of a difference. */
export function shownDifferenceInterval(interval: ScoreInterval | null): string {
  return interval === null ? "none" : `${shownDifference(interval.low)} to ${shownDifference(interval.high)}`;
}

/** A p value. */
export function shownP(p: number | null): string {
  return p === null ? "none" : p < 0.0001 ? "< 0.0001" : p.toFixed(4);
}

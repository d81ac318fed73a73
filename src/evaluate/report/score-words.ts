import { counted } from "../../base/words.ts";
import type { AnswerCost } from "../../domain/evaluation-judge.ts";
import type { EvaluationComparison, ScoreDifference } from "../../domain/evaluation-comparison.ts";
import type { ScoreInterval } from "../../domain/score-interval.ts";
import { signed } from "../compare/judge-gate.ts";

/** A score: four decimals for shares, one for lengths. */
export function scoreText(value: number | null): string {
  if (value === null) return "none";
  return Math.abs(value) <= 1 + 1e-9 ? value.toFixed(4) : value.toFixed(1);
}

/** Cost of answers, with the part for requests that have none, which no shown token explains. */
export function usdText({ usd, unansweredUsd }: Pick<AnswerCost, "usd" | "unansweredUsd">): string {
  if (usd === null) return "free of charge";
  const isExplained = unansweredUsd === null || Number(unansweredUsd) === 0;
  return isExplained ? `${usd} USD` : `${usd} USD (${unansweredUsd} of it for requests without an answer)`;
}

/** An interval as `0.1234 to 0.2345`. */
export function intervalText(interval: ScoreInterval | null): string {
  return interval === null ? "none" : `${scoreText(interval.low)} to ${scoreText(interval.high)}`;
}

/** The interval of a difference, with signs. */
export function signedIntervalText(interval: ScoreInterval | null): string {
  return interval === null ? "none" : `${signed(interval.low)} to ${signed(interval.high)}`;
}

/** A p value: four decimals, or below the last of them. */
export function pText(p: number | null): string {
  if (p === null) return "none";
  return p < 0.0001 ? "< 0.0001" : p.toFixed(4);
}

/** A difference of shares in points. */
export function points(value: number): string {
  return `${(100 * Math.abs(value)).toFixed(1)} points`;
}

/** A sentence on the smallest difference that the set can detect. */
export function detectableText(entry: ScoreDifference): string {
  const { detectable, n, itemsFor80Percent, difference, baseline, target } = entry;
  if (n < 2) return `${counted(n, "item")} ${n === 1 ? "has" : "have"} a score on both, too few to compare.`;
  if (detectable === null) {
    return difference === 0
      ? `The targets score the same on all ${n} items.`
      : `The targets differ by the same amount on all ${n} items, so the detectable difference is unknown.`;
  }
  const isShare = Math.max(baseline ?? 0, target ?? 0) <= 1;
  const size = isShare ? points(detectable) : scoreText(detectable);
  const set = `This set cannot reliably detect less than ${size} (power 80 %, level 5 %, ${n} items).`;
  if (itemsFor80Percent === null || itemsFor80Percent <= n || difference === null) return set;
  return `${set} Detecting the observed difference needs ${itemsFor80Percent} items.`;
}

/** A sentence on the headline score without contaminated items; undefined if there are none. */
export function cleanText({ clean, set }: EvaluationComparison): string | undefined {
  if (clean === null) return undefined;
  const { scorer, n, difference, interval, p } = clean.difference;
  const without =
    difference === null
      ? "no other item has a score"
      : `${signed(difference)} (${signedIntervalText(interval)}), p ${pText(p)}, ${n} items`;
  return `${clean.hits} of ${set.items} items were found in training rows. ${scorer} without them: ${without}.`;
}

/** Sentences on a side that is not complete or lacks answers, which count as wrong where a score is right or wrong. */
export function missingTexts({ baseline, target }: Pick<EvaluationComparison, "baseline" | "target">): string[] {
  return [baseline, target].flatMap(({ target: name, isComplete, stopped, counts: { answers, errors } }) => [
    ...(isComplete ? [] : [`${name} is not complete: ${stopped}`]),
    ...(errors === 0 ? [] : [`${name}: ${errors} of ${answers} answers are missing.`]),
  ]);
}

/** A sentence on scores of judges, which a comparison takes as they are; undefined if there are none. */
export function uncorrectedText({ target }: EvaluationComparison): string | undefined {
  const names = target.judged.map(({ scorer }) => scorer);
  return names.length === 0
    ? undefined
    : `Scores of judges (${names.join(", ")}) are compared uncorrected, item by item.`;
}

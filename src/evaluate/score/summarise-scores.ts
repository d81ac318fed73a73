import type { EvaluationResult, ScoredItem, ScoreSummary, SliceSummary } from "../../domain/evaluation-result.ts";
import {
  clusteredStandardError,
  clusteredWilson,
  mean,
  meanInterval,
  meanStandardError,
  sharedValueInterval,
  wilson,
} from "../../statistics/index.ts";
import { isRightOrWrong, type ReadyScorer, readyScorers } from "./score-answer.ts";

/** Value of an item for a scorer: its score, 0 if an error counts as wrong, or undefined. */
export function countedScore(item: ScoredItem, scorer: Pick<ReadyScorer, "label"> & ReadyScorer): number | null {
  const value = item.scores[scorer.label] ?? null;
  return value === null && isUnanswered(item) && isRightOrWrong(scorer) ? 0 : value;
}

/** True if an item has no answer. */
export function isUnanswered(item: ScoredItem): boolean {
  return item.answers.every(({ answer }) => answer === null);
}

/** The score of single answers that a score of items rests on. */
export function scoreOfAnswers(scorer: ReadyScorer): string {
  return scorer.kind === "pass-at-k" ? scorer.of : scorer.label;
}

/** Number of answers that have no such score, such as those on which a judge gave no verdict. */
export function unscoredAnswers(items: readonly ScoredItem[], scorer: ReadyScorer): number {
  const name = scoreOfAnswers(scorer);
  const given = items.flatMap(({ answers }) => answers).filter(({ answer }) => answer !== null);
  return given.filter(({ scores }) => typeof scores[name] !== "number").length;
}

/**
 * Items in the denominator of a score, with their values. Without a verdict of a judge on any item there is no score,
 * not even 0 for items without an answer.
 */
function countedItems(items: readonly ScoredItem[], scorer: ReadyScorer): { item: ScoredItem; value: number }[] {
  if (scorer.kind === "judge" && !items.some(({ scores }) => typeof scores[scorer.label] === "number")) return [];
  return items.flatMap((item) => {
    const value = countedScore(item, scorer);
    return value === null ? [] : [{ item, value }];
  });
}

/** The values of the headline score in its denominator: items without an answer count as in its mean. */
export function headlineValues(items: readonly ScoredItem[], { scorers }: Pick<EvaluationResult, "scorers">): number[] {
  return readyScorers(scorers.slice(0, 1), undefined).flatMap((scorer) =>
    countedItems(items, scorer).map(({ value }) => value),
  );
}

/**
 * A score over items with its interval: Wilson's for right or wrong, otherwise Student's t, over clusters if items have
 * them. For right or wrong, items without an answer count as wrong in the denominator.
 */
export function summariseScore(items: readonly ScoredItem[], scorer: ReadyScorer): ScoreSummary {
  const counted = countedItems(items, scorer);
  const values = counted.map(({ value }) => value);
  const answered = counted.filter(({ item }) => !isUnanswered(item)).map(({ value }) => value);
  const estimate = values.length === 0 ? null : mean(values);
  return {
    scorer: scorer.label,
    kind: scorer.kind,
    mean: estimate,
    ...spreadOf(counted, estimate),
    n: values.length,
    errors: items.filter(isUnanswered).length,
    errorsCountAs: isRightOrWrong(scorer) ? "wrong" : "left-out",
    answeredMean: answered.length === 0 ? null : mean(answered),
    unparsable: items.filter(({ answers }) => answers.some(({ unparsable }) => unparsable.includes(scorer.label)))
      .length,
  };
}

function spreadOf(
  counted: readonly { item: ScoredItem; value: number }[],
  estimate: number | null,
): Pick<ScoreSummary, "interval" | "method" | "standardError"> {
  const values = counted.map(({ value }) => value);
  const clusters = counted.map(({ item }) => item.cluster ?? item.id);
  const count = new Set(clusters).size;
  const isClustered = count < values.length;
  const isBinary = values.every((value) => value === 0 || value === 1);
  if (estimate === null || values.length < 2) return { interval: null, method: "t", standardError: null };
  if (count < 2) return { interval: null, method: "t-clustered", standardError: null };
  const error = isClustered ? clusteredStandardError(values, clusters, true) : meanStandardError(values);
  if (isBinary) {
    const interval = isClustered
      ? clusteredWilson(values, clusters)
      : wilson(values.filter((value) => value === 1).length, values.length);
    return { interval, method: isClustered ? "wilson-clustered" : "wilson", standardError: error };
  }
  const isShared = error === 0 && values.every((value) => value >= 0 && value <= 1);
  return {
    interval: isShared
      ? sharedValueInterval(estimate, count, { low: 0, high: 1 })
      : meanInterval(estimate, error, count),
    method: isClustered ? "t-clustered" : "t",
    standardError: error,
  };
}

/** Scores of each value of each slice field, largest slice first. */
export function summariseSlices(items: readonly ScoredItem[], scorers: readonly ReadyScorer[]): SliceSummary[] {
  const fields = new Set(items.flatMap(({ slices }) => Object.keys(slices)));
  return [...fields].flatMap((field) => {
    const groups = new Map<string, ScoredItem[]>();
    for (const item of items) {
      const value = item.slices[field] ?? "(none)";
      groups.set(value, [...(groups.get(value) ?? []), item]);
    }
    return [...groups]
      .toSorted(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1))
      .map(([value, members]) => ({
        field,
        value,
        items: members.length,
        scores: scorers.map((scorer) => summariseScore(members, scorer)),
      }));
  });
}

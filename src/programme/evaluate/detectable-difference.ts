import type { EvaluationResult, ScoredItem } from "../../domain/evaluation-result.ts";
import type { EvaluationRun } from "../../domain/evaluation-run.ts";
import { pairedScore } from "../../evaluate/compare/paired-score.ts";
import type { ReadyScorer } from "../../evaluate/score/score-answer.ts";
import { countedScore } from "../../evaluate/score/summarise-scores.ts";
import { detectablePairedDifference } from "../../statistics/index.ts";

/** Headline scores of a target, in the order of the items; null if an item has none. */
export type HeadlineScores = { value: number | null; cluster: string }[];

/** Headline scores of the items of a target. */
export function headlineScores(items: readonly ScoredItem[], headline: ReadyScorer): HeadlineScores {
  return items.map((item) => ({ value: countedScore(item, headline), cluster: item.cluster ?? item.id }));
}

/**
 * Smallest difference that the set detects. Of several targets it is measured, as in a comparison: the largest of the
 * first with each other. Of one it assumes a second that is as good, with a correlation of 0.5; then only for scores of
 * right and wrong, and for a complete run.
 */
export function detectableOf(
  results: readonly EvaluationResult[],
  headlines: ReadonlyMap<string, HeadlineScores>,
): Pick<EvaluationRun, "detectable" | "detectableBetween"> {
  const [first, ...others] = results.filter(({ isComplete, counts }) => isComplete && counts.answered > 0);
  const unknown = { detectable: null, detectableBetween: [] };
  if (first === undefined) return unknown;
  if (others.length > 0) {
    const measured = others.flatMap(({ target }) => {
      const detectable = measuredBetween(headlines.get(first.target)!, headlines.get(target)!);
      return detectable === null ? [] : [{ detectable, detectableBetween: [first.target, target] }];
    });
    return measured.toSorted((a, b) => b.detectable - a.detectable)[0] ?? unknown;
  }
  const [score] = first.scores;
  if (score === undefined || score.interval === null || score.method !== "wilson") return unknown;
  const p = Math.min(score.interval.high, Math.max(score.interval.low, 0.5)); // the most variable rate that is likely
  return { detectable: detectablePairedDifference(score.n, { p, correlation: 0.5 }), detectableBetween: [] };
}

function measuredBetween(baseline: HeadlineScores, target: HeadlineScores): number | null {
  const pairs = baseline.flatMap((before, index) => {
    const after = target[index]!;
    if (before.value === null || after.value === null) return [];
    return [{ baseline: before.value, target: after.value, cluster: before.cluster }];
  });
  return pairedScore("", pairs).detectable;
}

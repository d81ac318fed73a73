import type { EvaluationScorer } from "../../domain/evaluation-scorer.ts";
import type {
  EvaluationComparison,
  FlippedItem,
  ScoreDifference,
  SliceDifference,
} from "../../domain/evaluation-comparison.ts";
import type { ScoredItem } from "../../domain/evaluation-result.ts";
import { holm } from "../../statistics/index.ts";
import { type ReadyScorer, readyScorers } from "../score/score-answer.ts";
import { countedScore } from "../score/summarise-scores.ts";
import { pairedScore, type ScorePair } from "./paired-score.ts";

/** An item with the answers of two targets. */
export type ItemPair = { baseline: ScoredItem; target: ScoredItem };

/** Differences of two targets over the same items. */
export type ComparedItems = {
  differences: ScoreDifference[];
  /** The headline score without items found in training rows; null if there are none. */
  clean: EvaluationComparison["clean"];
  /** For the first scorer. */
  slices: SliceDifference[];
  flips: FlippedItem[];
  flipCount: number;
};

/** Number of flips that are kept with both answers. */
const FLIPS = 200;

/** Items of two evaluations side by side, by id. */
export function itemPairs(baseline: readonly ScoredItem[], target: readonly ScoredItem[]): ItemPair[] {
  const byId = new Map(target.map((item) => [item.id, item]));
  return baseline.flatMap((item) => {
    const other = byId.get(item.id);
    return other === undefined ? [] : [{ baseline: item, target: other }];
  });
}

/** Compares two targets by every scorer; by slice and item, and without the items with hits, by the first. */
export function compareItems(
  pairs: readonly ItemPair[],
  stated: readonly EvaluationScorer[],
  hitItems: ReadonlySet<string> = new Set(),
): ComparedItems {
  const scorers = readyScorers(stated, undefined);
  const headline = scorers[0]!;
  const flips = flipsOf(pairs, headline);
  const others = pairs.filter(({ baseline: { id } }) => !hitItems.has(id));
  const hits = pairs.length - others.length;
  return {
    differences: scorers.map((scorer) => pairedScore(scorer.label, scorePairs(pairs, scorer))),
    clean: hits === 0 ? null : { hits, difference: pairedScore(headline.label, scorePairs(others, headline)) },
    slices: sliceDifferences(pairs, headline),
    flips: flips.slice(0, FLIPS),
    flipCount: flips.length,
  };
}

/** Differences of one score by slice, with Holm's adjusted p over the slices of a field. */
export function sliceDifferences(pairs: readonly ItemPair[], scorer: ReadyScorer): SliceDifference[] {
  const fields = new Set(pairs.flatMap(({ baseline }) => Object.keys(baseline.slices)));
  return [...fields].flatMap((field) => {
    const groups = new Map<string, ItemPair[]>();
    for (const pair of pairs) {
      const value = pair.baseline.slices[field] ?? "(none)";
      groups.set(value, [...(groups.get(value) ?? []), pair]);
    }
    const rows = [...groups]
      .toSorted(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1))
      .map(([value, members]) => ({ field, value, ...pairedScore(scorer.label, scorePairs(members, scorer)) }));
    const tested = rows.filter(({ p }) => p !== null);
    const adjusted = holm(tested.map(({ p }) => p!));
    const byValue = new Map(tested.map(({ value }, index) => [value, adjusted[index]!]));
    return rows.map((row) => ({ ...row, adjustedP: byValue.get(row.value) ?? null }));
  });
}

/** Scores of both targets on the items that count for both. */
export function scorePairs(pairs: readonly ItemPair[], scorer: ReadyScorer): ScorePair[] {
  return pairs.flatMap(({ baseline, target }) => {
    const [before, after] = [countedScore(baseline, scorer), countedScore(target, scorer)];
    return before === null || after === null
      ? []
      : [{ baseline: before, target: after, cluster: baseline.cluster ?? baseline.id }];
  });
}

function flipsOf(pairs: readonly ItemPair[], scorer: ReadyScorer): FlippedItem[] {
  return pairs
    .flatMap(({ baseline, target }): FlippedItem[] => {
      const [before, after] = [countedScore(baseline, scorer), countedScore(target, scorer)];
      if (before === null || after === null || before === after) return [];
      return [
        {
          id: baseline.id,
          better: after > before ? "target" : "baseline",
          prompt: baseline.prompt,
          reference: baseline.reference,
          baselineAnswer: baseline.answers[0]?.answer ?? null,
          targetAnswer: target.answers[0]?.answer ?? null,
          baselineScore: before,
          targetScore: after,
        },
      ];
    })
    .toSorted(
      (a, b) =>
        Math.abs(b.targetScore - b.baselineScore) - Math.abs(a.targetScore - a.baselineScore) || (a.id < b.id ? -1 : 1),
    );
}

import { Failure } from "../../../base/failure.ts";
import { didYouMean } from "../../../base/suggest.ts";
import type { BiasReport, BiasRequest, CounterfactualResult } from "../../../domain/bias-report.ts";
import type { ScoredItem } from "../../../domain/evaluation-result.ts";
import { groupGaps } from "../../../evaluate/bias/group-gaps.ts";
import { pairedScore } from "../../../evaluate/compare/paired-score.ts";
import { isHigherBetter, type ReadyScorer, readyScorers } from "../../../evaluate/score/score-answer.ts";
import { countedScore } from "../../../evaluate/score/summarise-scores.ts";
import { benjaminiHochberg, holm } from "../../../statistics/index.ts";
import { findEvaluation, readItems } from "../evaluation-folder.ts";
import { ORIGINAL, originalId } from "./variant-id.ts";

/** Purpose and limits of the figures. */
const NOTE =
  "These figures help to examine possible biases, as Article 10(2)(f) of Regulation (EU) 2024/1689 (AI Act) asks providers of high-risk systems to do for their data sets. They do not show that the article is met: which groups matter, and whether a gap is justified, people decide.";

/**
 * Scores by group of one evaluation, with gaps, the four-fifths ratio, and paired differences of items that were also
 * asked in another wording.
 *
 * @throws Failure not_found for the evaluation; bad_input for a field that is not one of its slices, or an unknown
 * score
 */
export async function findBias(dir: string, request: BiasRequest): Promise<BiasReport> {
  const { id, field, scorer: named, minItems, correction } = request;
  const result = await findEvaluation(dir, id);
  const items = await readItems(dir, result.id);
  const scorers = readyScorers(result.scorers, undefined);
  const scorer = named === undefined ? scorers[0]! : scorers.find(({ label }) => label === named);
  if (scorer === undefined) {
    const labels = scorers.map(({ label }) => label);
    throw new Failure("bad_input", `${result.id} has no score ${named}`, {
      hint: didYouMean(named!, labels) ?? `available: ${labels.join(", ")}`,
    });
  }
  const fields = [...new Set(items.flatMap(({ slices }) => Object.keys(slices)))];
  if (!fields.includes(field)) {
    throw new Failure("bad_input", `${field} is not a slice of ${result.set.name}`, {
      hint:
        fields.length === 0
          ? "lock the set with --slice FIELD"
          : (didYouMean(field, fields) ?? `available: ${fields.join(", ")}`),
    });
  }
  const scores = items.flatMap((item) => {
    const value = countedScore(item, scorer);
    return value === null ? [] : [{ group: item.slices[field] ?? "(none)", value, cluster: item.cluster ?? item.id }];
  });
  return {
    evaluation: result.id,
    target: result.target,
    scorer: scorer.label,
    field,
    minItems,
    correction,
    ...groupGaps(scores, { minItems, correction, isHigherBetter: isHigherBetter(scorer) }),
    counterfactual: counterfactual(items, scorer, { field, correction }),
    note: NOTE,
  };
}

/**
 * Comparison of the groups of each slice in the headline score, as pages show it; slices without two groups that are
 * large enough are omitted.
 */
export async function biasOfSlices(dir: string, id: string): Promise<BiasReport[]> {
  const { set } = await findEvaluation(dir, id);
  const reports: BiasReport[] = [];
  for (const field of set.slices) {
    const report = await findBias(dir, { id, field, scorer: undefined, minItems: PAGE_MINIMUM, correction: "holm" });
    if (report.worstGap !== null) reports.push(report);
  }
  return reports;
}

/** Minimum number of items of a group that the pages compare. */
const PAGE_MINIMUM = 30;

/** Differences of items and their variants, by variant; none if the set has no variants. */
function counterfactual(
  items: readonly ScoredItem[],
  scorer: ReadyScorer,
  { field, correction }: Pick<BiasRequest, "field" | "correction">,
): CounterfactualResult[] {
  const originals = new Map(items.filter(({ slices }) => slices[field] === ORIGINAL).map((item) => [item.id, item]));
  const groups = new Map<string, { baseline: number; target: number; cluster: string }[]>();
  for (const item of items) {
    const original = originals.get(originalId(item.id, item.slices[field]) ?? "");
    const values = [original, item].map((one) => (one === undefined ? null : countedScore(one, scorer)));
    if (original === undefined || values[0] === null || values[1] === null) continue;
    const group = item.slices[field]!;
    const pair = { baseline: values[0]!, target: values[1]!, cluster: original.cluster ?? original.id };
    groups.set(group, [...(groups.get(group) ?? []), pair]);
  }
  const rows = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, pairs]): CounterfactualResult => {
      const { difference, interval, p, onlyBaseline, onlyTarget, n } = pairedScore(scorer.label, pairs);
      return { group, pairs: n, changed: onlyBaseline + onlyTarget, difference, interval, p, adjustedP: null };
    });
  const tested = rows.filter(({ p }) => p !== null);
  const adjusted = (correction === "holm" ? holm : benjaminiHochberg)(tested.map(({ p }) => p!));
  for (const [index, row] of tested.entries()) row.adjustedP = adjusted[index]!;
  return rows;
}

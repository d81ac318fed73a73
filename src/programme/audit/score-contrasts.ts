import type { ScoreContrast } from "../../audit/found-facts.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import type { TestsetLock } from "../../domain/testset-lock.ts";
import { readyScorers } from "../../evaluate/score/score-answer.ts";
import { summariseScore } from "../../evaluate/score/summarise-scores.ts";
import { readItems } from "../evaluate/evaluation-folder.ts";

/** Name under which the items of an evaluation are searched for, if its set is not locked. */
export function itemsOf({ id }: Pick<EvaluationResult, "id">): string {
  return `evaluations/${id}/items.jsonl`;
}

/** Whether an evaluation used a set as it is locked now. */
export function isOnLockedSet({ set, fingerprints }: EvaluationResult, lock: TestsetLock | undefined): boolean {
  return lock?.sets[set.name]?.digest === fingerprints.set;
}

/**
 * Headline scores of the completed evaluations with and without the items that training rows contain: those that the
 * evaluation itself found, and those that the audit found.
 *
 * @param hits  ids of the items found, by locked set or by `itemsOf`
 */
export async function scoreContrasts(
  dir: string,
  {
    evaluations,
    hits,
    lock,
  }: {
    evaluations: readonly EvaluationResult[];
    hits: ReadonlyMap<string, ReadonlySet<string>>;
    lock: TestsetLock | undefined;
  },
): Promise<ScoreContrast[]> {
  const contrasts: ScoreContrast[] = [];
  for (const result of evaluations.filter(({ isComplete }) => isComplete)) {
    const { id, target, contamination, scorers } = result;
    const found = new Set([
      ...(contamination?.hitItems ?? []),
      ...(hits.get(isOnLockedSet(result, lock) ? result.set.name : itemsOf(result)) ?? []),
    ]);
    if (found.size === 0) continue;
    const [headline] = readyScorers(scorers, undefined);
    const items = await readItems(dir, id);
    const all = summariseScore(items, headline!);
    const clean = summariseScore(
      items.filter((item) => !found.has(item.id)),
      headline!,
    );
    contrasts.push({
      place: `evaluations/${id}/result.json`,
      target,
      scorer: headline!.label,
      items: all.n,
      score: all.mean,
      cleanItems: clean.n,
      cleanScore: clean.mean,
    });
  }
  return contrasts;
}

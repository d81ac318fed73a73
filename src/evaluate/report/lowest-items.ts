import type { ScoredItem } from "../../domain/evaluation-result.ts";
import { isUnanswered } from "../score/summarise-scores.ts";

/** Number of items that are shown with their answers. */
const SHOWN = 40;

/** Items by a score, lowest first: the first of them, and how many are below 1. Unscored items are not included. */
export function lowestItems(items: readonly ScoredItem[], scorer: string): { lowest: ScoredItem[]; below: number } {
  const low = items
    .flatMap((item) => {
      const score = item.scores[scorer] ?? (isUnanswered(item) ? 0 : 1);
      return score < 1 ? [{ item, score }] : [];
    })
    .toSorted((a, b) => a.score - b.score || (a.item.id < b.item.id ? -1 : 1));
  return { lowest: low.slice(0, SHOWN).map(({ item }) => item), below: low.length };
}

import type { EvaluationComparison } from "../../../domain/evaluation-comparison.ts";
import type { EvaluationResult } from "../../../domain/evaluation-result.ts";

/** An evaluation on a page; `side` is null if the page shows only one. */
export type Side = { side: "Baseline" | "Target" | null; result: EvaluationResult };

/** The evaluations of a comparison. */
export function bothSides({ baseline, target }: EvaluationComparison): Side[] {
  return [
    { side: "Baseline", result: baseline },
    { side: "Target", result: target },
  ];
}

/** Heads of the columns of values: one for each side, or the head of the only one. */
export function sideHeads(sides: readonly Side[], only: string): string[] {
  return sides.map(({ side }) => side ?? only);
}

import type { ImportedScore } from "../../../domain/evaluation-import.ts";
import type { EvaluationResult } from "../../../domain/evaluation-result.ts";
import type { ReportedScore } from "../../../evaluate/imports/imported-run.ts";

/** Minimum difference at which a computed score disagrees with the printed one. */
const TOLERANCE = 1e-4;

/** Scores over the items next to the scores that the other tool printed. */
export function comparedScores({ scores }: EvaluationResult, reported: readonly ReportedScore[]): ImportedScore[] {
  return scores.map(({ scorer, mean }) => {
    const printed = reported.find((score) => score.scorer === scorer)?.value ?? null;
    const agrees = printed === null || mean === null ? null : Math.abs(printed - mean) < TOLERANCE;
    return { scorer, computed: mean, reported: printed, agrees };
  });
}

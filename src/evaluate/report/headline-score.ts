import type { HeadlineScore } from "../../domain/evaluation-list.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";

/** The headline score of an evaluation: that of its first scorer, corrected by human labels if judges gave it. */
export function headlineScore({
  scores: [score],
  judged,
}: Pick<EvaluationResult, "scores" | "judged">): HeadlineScore | null {
  if (score === undefined) return null;
  const { scorer, mean, interval, n } = score;
  const corrected = judged.find((entry) => entry.scorer === scorer)?.headline;
  if (corrected === undefined) return { scorer, mean, interval, n, correction: null };
  return { scorer, mean: corrected.value, interval: corrected.interval, n: corrected.n, correction: corrected.method };
}

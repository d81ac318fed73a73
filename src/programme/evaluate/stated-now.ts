import type { EvaluationFingerprints, EvaluationResult } from "../../domain/evaluation-result.ts";
import { answersHash } from "./file-answers.ts";
import { fingerprintsOf, type LoadedEvaluation } from "./read-evaluation.ts";

/**
 * Fingerprints that a result of a target would have by the current file: another model or other answers are another
 * target.
 */
export async function statedNow(
  dir: string,
  loaded: LoadedEvaluation,
  { target, repeat, fingerprints: { set } }: Pick<EvaluationResult, "target" | "repeat" | "fingerprints">,
): Promise<EvaluationFingerprints> {
  const path = loaded.evaluation.targets[target]!.answers;
  const answers = path === undefined ? undefined : await answersHash(dir, path);
  return fingerprintsOf(loaded, { digest: set, target, repeat, answers });
}

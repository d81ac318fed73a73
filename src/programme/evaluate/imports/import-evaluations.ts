import { resolve } from "node:path";

import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import type { EvaluationImport, EvaluationImportRequest } from "../../../domain/evaluation-import.ts";
import { hasScores } from "../../../evaluate/imports/imported-run.ts";
import { writeEvaluation } from "../evaluation-folder.ts";
import { comparedScores } from "./compared-scores.ts";
import { importedResult } from "./imported-result.ts";
import { readRuns } from "./read-runs.ts";

/**
 * Imports results of other tools into `evaluations/`, where `eval compare` and `eval report` read them.
 *
 * @throws Failure not_found or bad_input for a file; bad_input if it has no items
 */
export async function importEvaluations(
  { cwd, now }: Pick<Context, "cwd" | "now">,
  { file, target }: EvaluationImportRequest,
  tool: string,
): Promise<EvaluationImport> {
  const imported: EvaluationImport["imported"] = [];
  for (const shown of file) {
    const runs = await readRuns(resolve(cwd, shown), shown);
    for (const run of runs) {
      if (!hasScores(run)) {
        throw new Failure("bad_input", `${shown} has no scored items of ${run.task}`, {
          hint: "import a log that contains its samples: lm_eval with --log_samples, Inspect without --no-log-samples",
        });
      }
      const { result, items } = importedResult(run, { file: shown, target, now: now(), tool });
      await writeEvaluation(cwd, { result, items });
      imported.push({ file: shown, tool: run.tool, result, scores: comparedScores(result, run.reported) });
    }
  }
  return { imported };
}

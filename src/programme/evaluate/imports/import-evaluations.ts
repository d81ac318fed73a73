import { resolve } from "node:path";

import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import type { EvaluationImport, EvaluationImportRequest } from "../../../domain/evaluation-import.ts";
import { hasScores, type ImportedRun } from "../../../evaluate/imports/imported-run.ts";
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
      if (!hasScores(run)) throw unscored(run, shown);
      const { result, items } = importedResult(run, { file: shown, target, now: now(), tool });
      const written = await writeEvaluation(cwd, { result, items });
      imported.push({ file: shown, tool: run.tool, result: written, scores: comparedScores(result, run.reported) });
    }
  }
  return { imported };
}

/** Reason why a run has no scores: the other tool stopped, its answers failed, or its log has no samples. */
function unscored(run: ImportedRun, shown: string): Failure {
  const what = `${shown} has no scored items of ${run.task}`;
  if (run.stopped !== null) {
    return new Failure("bad_input", `${what}, because the run did not end in success: ${run.stopped}`, {
      hint: `run it again with ${run.tool}`,
    });
  }
  const error = run.items.flatMap(({ answers }) => answers.flatMap((answer) => answer.error ?? []))[0];
  if (error !== undefined) {
    return new Failure("bad_input", `${what}; the first error is: ${error}`, { hint: `run it again with ${run.tool}` });
  }
  return new Failure("bad_input", what, {
    hint: "import a log that contains its samples: lm_eval with --log_samples, Inspect without --no-log-samples",
  });
}

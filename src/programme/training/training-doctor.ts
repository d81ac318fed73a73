import { ENGINES } from "../../launch/engines/engines.ts";
import type { PreflightCheck, TrainingFile } from "../../domain/training-job.ts";
import { checkPython, executableOf } from "./preflight.ts";

/** Whether training can run, and the checks. */
export type TrainingHealth = { ok: boolean; checks: PreflightCheck[] };

/**
 * Checks whether Python and the packages of a training library are installed.
 *
 * @param python executable or virtual environment; default: TUNEWRIGHT_PYTHON of `env`
 */
export async function trainingHealth(
  python: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  engine: TrainingFile["engine"] = "trl",
): Promise<TrainingHealth> {
  const checks = await checkPython(executableOf(python ?? env["TUNEWRIGHT_PYTHON"]), ENGINES[engine]);
  return { ok: checks.every((check) => check.ok), checks };
}

import { ENGINES } from "../../launch/engines/engines.ts";
import type { PreflightCheck } from "../../domain/training-job.ts";
import { checkPython, executableOf } from "./preflight.ts";

/** Whether training can run, and what was looked at. */
export type TrainingHealth = { ok: boolean; checks: PreflightCheck[] };

/**
 * Whether Python and the packages of the training library are there.
 *
 * @param python  executable or virtual environment; default: TUNEWRIGHT_PYTHON of `env`
 */
export async function trainingHealth(
  python: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<TrainingHealth> {
  const checks = await checkPython(executableOf(python ?? env["TUNEWRIGHT_PYTHON"]), ENGINES.trl);
  return { ok: checks.every((check) => check.ok), checks };
}

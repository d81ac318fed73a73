import type { Context } from "../../base/context.ts";
import { ENGINES } from "../../launch/engines/engines.ts";
import type { PreflightCheck, TrainingFile } from "../../domain/training-job.ts";
import { checkPython, executableOf } from "./preflight.ts";
import { pythonFor } from "./read-training-file.ts";

/** Whether training can run, and the checks. */
export type TrainingHealth = { ok: boolean; checks: PreflightCheck[] };

/**
 * Checks whether Python and the packages of a training library are installed.
 */
export async function trainingHealth(
  request: { python?: string | undefined; engine: TrainingFile["engine"] },
  context: Pick<Context, "cwd" | "env">,
): Promise<TrainingHealth> {
  const python = executableOf(await pythonFor(request, context), context.cwd);
  const checks = await checkPython(python, ENGINES[request.engine]);
  return { ok: checks.every((check) => check.ok), checks };
}

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { valueAt } from "../../base/issue-text.ts";
import { readText } from "../../base/read-text.ts";
import { parseYaml } from "../../base/yaml.ts";
import { Stack } from "../../domain/stack.ts";
import { TrainingFile } from "../../domain/training-job.ts";
import { engineOfStack, ENGINES } from "../../launch/engines/engines.ts";
import { PROGRAMME_FILE, readProgramme } from "../reading/read-programme.ts";
import { checkFile } from "../folder/file-failure.ts";
import { resolveInside } from "../folder/resolve-inside.ts";

/** Largest file of a run, bytes. */
const MAX_BYTES = 2 ** 20;

const GUIDE = "docs/guides/training.md lists the fields";

/**
 * Reads and checks the file of a training run inside a programme folder.
 *
 * @throws Failure not_found, bad_input naming the line and the field
 */
export async function readTrainingFile(programmeDir: string, file: string): Promise<TrainingFile> {
  const path = await resolveInside(programmeDir, file, "write it: see docs/guides/training.md");
  const { value, lineOf } = parseYaml(await readText(path, { maxBytes: MAX_BYTES, shown: file }), file);
  const given = withHostedDefaults(value);
  refuseEngine(given, `${file}, line ${lineOf(["engine"])}`);
  const run = checkFile(TrainingFile, { value: given, lineOf }, { shown: file, hint: GUIDE });
  const isNamed = value !== null && typeof value === "object" && "engine" in value;
  const engine = isNamed ? run.engine : await engineOfProgramme(programmeDir);
  const python = run.python ?? (await pythonOfProgramme(programmeDir, engine));
  return { ...run, engine, ...(python === undefined ? {} : { python }) };
}

/** A training library that is known, but not launched, is refused with the reason. @throws Failure bad_input */
function refuseEngine(given: unknown, place: string): void {
  const engine = valueAt(given, ["engine"]);
  const stack = Stack.safeParse(engine);
  if (!stack.success || Object.hasOwn(ENGINES, stack.data)) return;
  const found = engineOfStack(stack.data);
  if ("refused" in found) throw notLaunched(`${place}, engine: ${found.refused}`);
}

/**
 * Steps and patience of a run that a provider trains: its steps are computed once its rows are known, and it may wait
 * for a day without a new step.
 */
function withHostedDefaults(value: unknown): unknown {
  if (value === null || typeof value !== "object" || !("engine" in value) || value.engine !== "openai") return value;
  return { maxSteps: 1, saveSteps: 1, stallSec: 86_400, ...value };
}

/** The Python of an engine: as asked for, otherwise that of the programme in the folder `cwd`, otherwise TUNEWRIGHT_PYTHON. */
export async function pythonFor(
  { python, engine }: { python?: string | undefined; engine: TrainingFile["engine"] },
  { cwd, env }: Pick<Context, "cwd" | "env">,
): Promise<string | undefined> {
  return python ?? (await pythonOfProgramme(cwd, engine)) ?? env["TUNEWRIGHT_PYTHON"];
}

/** The Python that `training.python` of a programme gives an engine; undefined if there is none. */
async function pythonOfProgramme(programmeDir: string, engine: TrainingFile["engine"]): Promise<string | undefined> {
  if (engine === "openai") return undefined;
  return (await readIfThere(programmeDir))?.programme.training.python?.[engine];
}

async function readIfThere(programmeDir: string): Promise<Awaited<ReturnType<typeof readProgramme>> | undefined> {
  if (!existsSync(join(programmeDir, PROGRAMME_FILE))) return undefined;
  return readProgramme(programmeDir, undefined, { mayMissFiles: true });
}

/** The engine of `training.stack`. @throws Failure bad_input if that library is not launched */
async function engineOfProgramme(programmeDir: string): Promise<TrainingFile["engine"]> {
  const read = await readIfThere(programmeDir);
  if (read === undefined) return "trl";
  const { programme, place } = read;
  const found = engineOfStack(programme.training.stack);
  if ("engine" in found) return found.engine;
  throw notLaunched(`${place(["training", "stack"])}: ${found.refused}`);
}

function notLaunched(message: string): Failure {
  const hint = `set engine: in the training file to one of ${Object.keys(ENGINES).join(", ")}`;
  return new Failure("bad_input", message, { hint });
}

/** Folder of the base model: absolute, or from the programme folder. */
export function modelFolder(programmeDir: string, { model }: TrainingFile): string {
  return resolve(programmeDir, model);
}

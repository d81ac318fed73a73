import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import { issueText, valueAt } from "../../base/issue-text.ts";
import { readText } from "../../base/read-text.ts";
import { parseYaml } from "../../base/yaml.ts";
import { TrainingFile } from "../../domain/training-job.ts";
import { engineOfStack, ENGINES } from "../../launch/engines/engines.ts";
import { PROGRAMME_FILE, readProgramme } from "../reading/read-programme.ts";
import { resolveInside } from "../folder/resolve-inside.ts";

/** Largest file of a run, bytes. */
const MAX_BYTES = 2 ** 20;

/**
 * Reads and checks the file of a training run inside a programme folder.
 *
 * @throws Failure not_found, bad_input naming the line and the field
 */
export async function readTrainingFile(programmeDir: string, file: string): Promise<TrainingFile> {
  const path = await resolveInside(programmeDir, file, "write it: see docs/guides/training.md");
  const { value, lineOf } = parseYaml(await readText(path, { maxBytes: MAX_BYTES, shown: file }), file);
  const parsed = TrainingFile.safeParse(withHostedDefaults(value));
  if (parsed.success) {
    const isNamed = value !== null && typeof value === "object" && "engine" in value;
    return isNamed ? parsed.data : { ...parsed.data, engine: await engineOfProgramme(programmeDir) };
  }
  const issue = parsed.error.issues[0]!;
  const field = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  const what =
    issue.code === "unrecognized_keys"
      ? "is not a field of a training file"
      : issue.code === "custom"
        ? issue.message
        : issueText(issue, valueAt(value, issue.path));
  throw new Failure("bad_input", `${file}, line ${lineOf(field)}, ${field.join(".")}: ${what}`, {
    hint: "docs/guides/training.md lists the fields",
  });
}

/**
 * Steps and patience of a run that a provider trains: its steps are computed once its rows are known, and it may wait
 * for a day without a new step.
 */
function withHostedDefaults(value: unknown): unknown {
  if (value === null || typeof value !== "object" || !("engine" in value) || value.engine !== "openai") return value;
  return { maxSteps: 1, saveSteps: 1, stallSec: 86_400, ...value };
}

/** The engine of `training.stack`. @throws Failure bad_input if that library is not launched */
async function engineOfProgramme(programmeDir: string): Promise<TrainingFile["engine"]> {
  if (!existsSync(join(programmeDir, PROGRAMME_FILE))) return "trl";
  const { programme, place } = await readProgramme(programmeDir);
  const found = engineOfStack(programme.training.stack);
  if ("engine" in found) return found.engine;
  throw new Failure("bad_input", `${place(["training", "stack"])}: ${found.refused}`, {
    hint: `set engine: in the training file to one of ${Object.keys(ENGINES).join(", ")}`,
  });
}

/** Folder of the base model: absolute, or from the programme folder. */
export function modelFolder(programmeDir: string, { model }: TrainingFile): string {
  return resolve(programmeDir, model);
}

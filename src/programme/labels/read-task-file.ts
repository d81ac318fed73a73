import { join } from "node:path";

import type { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { parseYaml } from "../../base/yaml.ts";
import { type LabelTaskSpec, LabelTaskFile } from "../../domain/label-task.ts";
import { answerProblem } from "../../label/answer-value.ts";
import { checkFile, fileFailure } from "../folder/file-failure.ts";
import type { Problem } from "../folder/schema-problems.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";

const GUIDE = "docs/guides/label.md lists the fields";

/** Maximum size of a task file and of a guideline, bytes. */
const MAX_BYTES = 2 ** 20;

/**
 * Reads and checks the file of a labelling task: its guideline in full, and the price of an hour from programme.yaml if
 * the file states none.
 *
 * @param file path in the programme folder
 * @throws Failure not_found, bad_input naming the line and the field
 */
export async function readTaskFile(loaded: LoadedProgramme, file: string): Promise<LabelTaskSpec> {
  const { dir, programme } = loaded;
  const path = await resolveInside(dir, file);
  const source = parseYaml(await readText(path, { maxBytes: MAX_BYTES, shown: file }), file);
  const task = checkFile(LabelTaskFile, source, { shown: file, hint: GUIDE });
  const bad = (field: Problem["field"], text: string): Failure =>
    fileFailure([{ field, text }], source, { shown: file, hint: GUIDE });
  for (const [index, { answer }] of task.examples.entries()) {
    const problem = answerProblem(task.answer, answer);
    if (problem !== undefined) throw bad(["examples", index, "answer"], problem);
  }
  const isFile = /^[^\n]+\.md$/.test(task.guideline.trim());
  const guideline = isFile
    ? await readText(join(await resolveInside(dir, task.guideline.trim())), {
        maxBytes: MAX_BYTES,
        shown: task.guideline,
      })
    : task.guideline;
  if (guideline.trim() === "") throw bad(["guideline"], "the guideline is empty");
  const hour = task.annotatorUsdPerHour ?? programme.data.annotatorUsdPerHour;
  return {
    ...task,
    guideline,
    ...(task.usdPerItem === undefined && hour !== undefined ? { annotatorUsdPerHour: hour } : {}),
  };
}

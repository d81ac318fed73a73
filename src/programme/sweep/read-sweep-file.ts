import { Failure } from "../../base/failure.ts";
import { issueText } from "../../base/issue-text.ts";
import { readText } from "../../base/read-text.ts";
import { parseYaml } from "../../base/yaml.ts";
import { SweepFile } from "../../domain/sweep.ts";
import { TrainingFile } from "../../domain/training-job.ts";
import { axesOf, valueAt as valueOn } from "../../launch/sweep/search/parameter.ts";
import { gridSize } from "../../launch/sweep/search/suggest.ts";
import { checkFile } from "../folder/file-failure.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { readTrainingFile } from "../training/read-training-file.ts";

/** Largest file of a sweep, bytes. */
const MAX_BYTES = 2 ** 20;

/** A sweep and the run that it varies. */
export type SweepFiles = { spec: SweepFile; base: TrainingFile };

/**
 * Reads and checks the file of a sweep and the training file that it names: every value of its space must be valid for
 * the run.
 *
 * @throws Failure not_found, bad_input naming the line and the field
 */
export async function readSweepFiles(programmeDir: string, file: string): Promise<SweepFiles> {
  const path = await resolveInside(programmeDir, file, "write it: see docs/guides/sweeps.md");
  const source = parseYaml(await readText(path, { maxBytes: MAX_BYTES, shown: file }), file);
  const spec = checkFile(SweepFile, source, { shown: file, hint: "docs/guides/sweeps.md lists the fields" });
  const base = await readTrainingFile(programmeDir, spec.run);
  checkFit(spec, base, file);
  return { spec, base };
}

function checkFit(spec: SweepFile, base: TrainingFile, file: string): void {
  const refuse = (what: string, hint: string): never => {
    throw new Failure("bad_input", `${file}: ${what}`, { hint });
  };
  if (base.engine === "openai")
    refuse("trials of a sweep cannot have the engine openai", "name a run with another engine");
  for (const axis of axesOf(spec.space)) {
    const samples = "values" in axis.parameter ? axis.parameter.values : [valueOn(axis, 0), valueOn(axis, 1 - 1e-9)];
    for (const value of samples) {
      const fitted = TrainingFile.safeParse({ ...base, [axis.field]: value });
      if (fitted.success) continue;
      refuse(
        `${axis.field}: ${issueText(fitted.error.issues[0]!, value)}`,
        "every value must be valid in the training file",
      );
    }
  }
  gridSize(spec.search, spec.space);
  if (spec.maxUsd !== undefined && base.usdPerHour === undefined)
    refuse("maxUsd requires a price", `add usdPerHour to ${spec.run}`);
  if (spec.metric.startsWith("eval_") && base.evaluation === undefined)
    refuse(`${spec.metric} requires an evaluation set`, `add evaluation: with a frozen version to ${spec.run}`);
  if (spec.rungSchedule === "own" && spec.stopping.rule !== "promote")
    refuse("rungSchedule: own requires the rule promote", "other rules stop a trial within its schedule");
}

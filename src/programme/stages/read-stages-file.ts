import { join } from "node:path";

import { sha256 } from "../../base/hash.ts";
import { readText } from "../../base/read-text.ts";
import { parseYaml } from "../../base/yaml.ts";
import { readManifest } from "../../curate/freeze/frozen-folder.ts";
import type { SweepFile } from "../../domain/sweep.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import { StagesFile, type TrainingStage } from "../../domain/training-stages.ts";
import { checkFile } from "../folder/file-failure.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { readSweepFiles } from "../sweep/read-sweep-file.ts";
import { readTrainingFile } from "../training/read-training-file.ts";
import { checkHosted, checkReferences } from "./check-stages.ts";
import { stageKeys } from "./stage-keys.ts";

const MAX_BYTES = 2 ** 20;

/** A loaded plan; its id depends on the plan, its training files, and their datasets. */
export type PlannedStages = {
  id: string;
  file: StagesFile;
  runs: ReadonlyMap<string, TrainingFile>;
  /** Key of all that the result of a stage depends on, by its name. */
  keys: ReadonlyMap<string, string>;
};

/** Reads a plan of stages with the training files that it names. @throws Failure not_found, bad_input */
export async function readStagesFile(programmeDir: string, path: string): Promise<PlannedStages> {
  const inside = await resolveInside(programmeDir, path, "write it: see docs/guides/stages.md");
  const text = await readText(inside, { maxBytes: MAX_BYTES, shown: path });
  const hint = "docs/guides/stages.md lists the fields";
  const file = checkFile(StagesFile, parseYaml(text, path), { shown: path, hint });
  checkReferences(path, file.stages);
  const runs = new Map<string, TrainingFile>();
  const inputs = new Map<string, unknown>();
  for (const stage of file.stages) {
    const found = await runOf(programmeDir, stage);
    if (found === undefined) continue;
    const { run, sweep } = found;
    runs.set(stage.name, run);
    const digests = await Promise.all(
      [run.dataset, run.evaluation].map(async (version) =>
        version === undefined ? null : ((await readManifest(join(programmeDir, version)))?.digest ?? null),
      ),
    );
    inputs.set(stage.name, [sweep ?? null, run, digests]);
  }
  checkHosted(path, file.stages, runs);
  const id = sha256(JSON.stringify([file, ...inputs.values()])).slice(0, 12);
  return { id, file, runs, keys: stageKeys(file.stages, inputs) };
}

/** Training data of a stage: its training file, or the one that its sweep varies. */
async function runOf(
  programmeDir: string,
  stage: TrainingStage,
): Promise<{ run: TrainingFile; sweep?: SweepFile } | undefined> {
  if ("train" in stage) return { run: await readTrainingFile(programmeDir, stage.train) };
  if (!("sweep" in stage)) return undefined;
  const { spec, base } = await readSweepFiles(programmeDir, stage.sweep);
  return { run: base, sweep: spec };
}

import { createHash } from "node:crypto";
import { join } from "node:path";

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

const MAX_BYTES = 2 ** 20;

/** A loaded plan; its id depends on the plan, its training files, and their datasets. */
export type PlannedStages = { id: string; file: StagesFile; runs: ReadonlyMap<string, TrainingFile> };

/** Reads a plan of stages with the training files that it names. @throws Failure not_found, bad_input */
export async function readStagesFile(programmeDir: string, path: string): Promise<PlannedStages> {
  const inside = await resolveInside(programmeDir, path, "write it: see docs/guides/stages.md");
  const text = await readText(inside, { maxBytes: MAX_BYTES, shown: path });
  const hint = "docs/guides/stages.md lists the fields";
  const file = checkFile(StagesFile, parseYaml(text, path), { shown: path, hint });
  checkReferences(path, file.stages);
  const runs = new Map<string, TrainingFile>();
  const parts: unknown[] = [file];
  for (const stage of file.stages) {
    const found = await runOf(programmeDir, stage);
    if (found === undefined) continue;
    const { run, sweep } = found;
    runs.set(stage.name, run);
    parts.push(
      ...(sweep === undefined ? [] : [sweep]),
      run,
      (await readManifest(join(programmeDir, run.dataset)))?.digest ?? null,
    );
  }
  checkHosted(path, file.stages, runs);
  return { id: createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12), file, runs };
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

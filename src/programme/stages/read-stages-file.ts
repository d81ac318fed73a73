import { createHash } from "node:crypto";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { issueText, valueAt } from "../../base/issue-text.ts";
import { readText } from "../../base/read-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import { parseYaml } from "../../base/yaml.ts";
import { readManifest } from "../../curate/freeze/frozen-folder.ts";
import type { SweepFile } from "../../domain/sweep.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import { type StageResult, StagesFile, type TrainingStage } from "../../domain/training-stages.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { readSweepFiles } from "../sweep/read-sweep-file.ts";
import { readTrainingFile } from "../training/read-training-file.ts";

const MAX_BYTES = 2 ** 20;

/** A loaded plan; its id depends on the plan, its training files, and their datasets. */
export type PlannedStages = { id: string; file: StagesFile; runs: ReadonlyMap<string, TrainingFile> };

/** Kinds of stages whose result a stage may use. */
const TAKES = { from: ["merge"], merge: ["train", "sweep"], gguf: ["merge"], export: undefined } as const;

/** Reads a plan of stages with the training files that it names. @throws Failure not_found, bad_input */
export async function readStagesFile(programmeDir: string, path: string): Promise<PlannedStages> {
  const inside = await resolveInside(programmeDir, path, "write it: see docs/guides/stages.md");
  const text = await readText(inside, { maxBytes: MAX_BYTES, shown: path });
  const { value, lineOf } = parseYaml(text, path);
  const parsed = StagesFile.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new Failure(
      "bad_input",
      `${path}, line ${lineOf(issue.path)}, ${issue.path.join(".")}: ${issueText(issue, valueAt(value, issue.path))}`,
      { hint: "docs/guides/stages.md lists the fields" },
    );
  }
  const file = parsed.data;
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

function checkReferences(path: string, stages: readonly TrainingStage[]): void {
  const seen = new Map<string, string>();
  for (const stage of stages) {
    if (seen.has(stage.name)) {
      throw new Failure("bad_input", `${path}: two stages are named ${stage.name}`, { hint: "rename one of them" });
    }
    for (const [key, wanted] of Object.entries(TAKES)) {
      const named = (stage as Record<string, unknown>)[key];
      if (typeof named !== "string") continue;
      const kind = seen.get(named);
      if (kind === undefined) {
        throw new Failure("bad_input", `${path}: ${stage.name} takes ${named}, which is not an earlier stage`, {
          hint: didYouMean(named, [...seen.keys()]) ?? "name a stage above it",
        });
      }
      if (wanted === undefined ? kind === "gate" : !(wanted as readonly string[]).includes(kind)) {
        throw new Failure("bad_input", `${path}: ${stage.name} cannot take ${named}, which is a ${kind} stage`, {
          hint: wanted === undefined ? "a gate has no result" : `name a ${wanted.join(" or ")} stage`,
        });
      }
    }
    seen.set(stage.name, kindOf(stage));
  }
}

/** Kind of a stage. */
export function kindOf(stage: TrainingStage): StageResult["kind"] {
  if ("train" in stage) return "train";
  if ("sweep" in stage) return "sweep";
  if ("gate" in stage) return "gate";
  if ("merge" in stage) return "merge";
  return "gguf" in stage ? "gguf" : "export";
}

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { Context } from "../../base/context.ts";
import { Failure, isSystemError } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import { parseYaml } from "../../base/yaml.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import { LOCAL_TARGET, TargetsFile, TrainingTarget } from "../../domain/training-target.ts";
import { type PlacedAttempt, type Scheduler } from "../../launch/schedulers/scheduler.ts";
import { schedulerOf } from "../../launch/schedulers/schedulers.ts";
import { checkFile } from "../folder/file-failure.ts";
import { PROGRAMME_FILE, readProgramme } from "../reading/read-programme.ts";
import { readInputs } from "./job-inputs.ts";
import { type JobRow, specOf } from "./job-rows.ts";

/** Name of the file that describes the targets of a programme. */
const TARGETS_FILE = "targets.yaml";

const MAX_BYTES = 2 ** 20;

/** A target by its name. */
export type NamedTarget = { name: string; target: TrainingTarget };

/**
 * The target of a run: that of its file, otherwise that of `programme.yaml`, otherwise this machine.
 *
 * @throws Failure not_found, bad_input
 */
export async function targetOf(programmeDir: string, spec: Pick<TrainingFile, "target">): Promise<NamedTarget> {
  const name = spec.target ?? (await programmeTarget(programmeDir)) ?? "local";
  if (name === "local") return { name, target: LOCAL_TARGET };
  const { targets } = await readTargets(programmeDir);
  const target = targets[name];
  if (target !== undefined) return { name, target };
  throw new Failure("not_found", `${TARGETS_FILE} has no target ${name}`, {
    hint: didYouMean(name, Object.keys(targets)) ?? `add it to ${TARGETS_FILE}: docs/guides/targets.md`,
  });
}

async function programmeTarget(programmeDir: string): Promise<string | undefined> {
  if (!existsSync(join(programmeDir, PROGRAMME_FILE))) return undefined;
  return (await readProgramme(programmeDir)).programme.training.target;
}

/** Reads the targets of a programme folder. @throws Failure not_found, bad_input naming the line and the field */
async function readTargets(programmeDir: string): Promise<TargetsFile> {
  const path = join(programmeDir, TARGETS_FILE);
  const file = parseYaml(await readText(path, { maxBytes: MAX_BYTES, shown: TARGETS_FILE }), TARGETS_FILE);
  return checkFile(TargetsFile, file, { shown: TARGETS_FILE, hint: "docs/guides/targets.md lists the fields" });
}

/** Files of a job with its target, and with its fallback target. */
type TargetKept = "target.json" | "fallback-target.json";

/** Stores a target with a job, so that a later change of the file does not redirect polls and signals. */
export async function keepTarget(
  jobFolder: string,
  { target }: Pick<NamedTarget, "target">,
  file: TargetKept = "target.json",
): Promise<void> {
  await atomicWrite(join(jobFolder, file), `${JSON.stringify(target, null, 2)}\n`);
}

/** A target stored with a job. */
export async function keptTarget(jobFolder: string, file: TargetKept): Promise<TrainingTarget> {
  return TrainingTarget.parse(JSON.parse(await readFile(join(jobFolder, file), "utf8")));
}

/** The scheduler of a job's stored target. */
export async function schedulerOfJob({ folder }: Pick<JobRow, "folder">, env: Context["env"]): Promise<Scheduler> {
  try {
    return schedulerOf(await keptTarget(folder, "target.json"), env);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return schedulerOf(LOCAL_TARGET, env); // queued before targets existed
    throw error;
  }
}

/** An attempt of a job, by the names that its scheduler uses. */
export async function placedAttempt(job: JobRow, attempt: number): Promise<PlacedAttempt> {
  const inputs = await readInputs(job).catch(() => undefined); // an unreadable one is refused at the start
  return {
    id: `${job.job_id}-${attempt}`,
    jobFolder: job.folder,
    folder: join(job.folder, "attempts", String(attempt)),
    spec: specOf(job),
    inputs:
      inputs === undefined ? [] : [inputs.model, inputs.dataset, inputs.evaluation].filter((path) => path !== null),
  };
}

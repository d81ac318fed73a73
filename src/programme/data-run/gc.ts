import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import { counted } from "../../base/words.ts";
import { readManifest, versionsIn } from "../../curate/freeze/frozen-folder.ts";
import { gcPlan, removePlanned } from "../../curate/pipeline/gc/gc-plan.ts";
import { refuseLinks } from "../../curate/pipeline/storing/own-files.ts";
import {
  outsOf,
  PIPELINE_FOLDER,
  type PipelineState,
  readPipelineState,
  type StateOut,
} from "../../curate/pipeline/storing/pipeline-state.ts";
import { lockRun } from "../../remote/run-lock.ts";
import { GcReason, type GcResult } from "../../domain/gc.ts";
import { type CompletedDeletion, recordDeletion } from "../folder/deletions.ts";
import { currentPipeline } from "./current-pipeline.ts";

/** Options of garbage collection. */
export type GcOptions = {
  /** Also remove rows from before redaction. */
  unredacted: boolean;
  /** Called with the files to be removed, before any is removed. */
  mayRemove: (plan: GcResult) => Promise<boolean>;
  onProgress: (step: string, fraction?: number) => void;
  now: Clock;
};

/**
 * Removes unused artefacts of a programme's pipeline: only files with its names in artefacts that this user's seal
 * verifies, in the programme folder and in the bucket of this user's last run. No run can take place meanwhile.
 *
 * @throws Failure if the programme is invalid, a link leads out of the folder, a run is in progress, or unredacted rows
 * would be removed although the output rows do not exist
 */
export async function gc(dir: string, { unredacted, mayRemove, onProgress, now }: GcOptions): Promise<GcResult> {
  onProgress("finding artefacts in use");
  const pipeline = await currentPipeline(dir);
  const nothing: GcResult = { dir, remove: [], keep: [], unverified: [], freedBytes: 0, isDone: true };
  if (!existsSync(join(dir, PIPELINE_FOLDER))) return nothing;
  await refuseLinks(dir);
  const unlock = await lockRun(join(dir, PIPELINE_FOLDER));
  try {
    const state = await readPipelineState(dir);
    if (unredacted) await mustHaveRows(dir, state);
    const plan = await gcPlan({ dir, state, pipeline, unredacted });
    const isWanted = plan.remove.length > 0 && (await mayRemove({ dir, ...plan, isDone: false }));
    if (isWanted) {
      await refuseLinks(dir); // the user may have taken a while to answer
      await removePlanned(plan, (fraction) => onProgress("removing", fraction));
      await recordDeletion(dir, removed(dir, plan), now());
    }
    return { dir, ...plan, isDone: isWanted || plan.remove.length === 0 };
  } finally {
    await unlock();
  }
}

/** The record of what was removed. */
function removed(dir: string, { remove }: Pick<GcResult, "remove">): CompletedDeletion {
  const count = (why: GcReason): number => remove.filter((item) => item.why === why).length;
  const kinds = GcReason.options.filter((why) => count(why) > 0).map((why) => `${count(why)} ${why}`);
  const names = remove.map(({ store, name }) => `${isAbsolute(store) ? relative(dir, store) : store}/${name}`);
  const what = `${counted(remove.length, "artefact")} of the pipeline (${kinds.join(", ")})`;
  return { command: "gc", what, where: names, identifiers: names, notReached: GC_NOT_REACHED };
}

/** Copies that gc does not remove. */
const GC_NOT_REACHED = [
  "source files, frozen versions and their copies",
  "backups, and versions in the history of git",
];

/** Checks that the output rows are in the file of the last run, or frozen with equal content. */
async function mustHaveRows(dir: string, state: PipelineState | undefined): Promise<void> {
  const outs = outsOf(state);
  const kept = await Promise.all(outs.map((out) => isKept(dir, out)));
  if (outs.length > 0 && kept.every(Boolean)) return;
  throw new Failure("bad_input", "the rows that passed are not in a file yet, so the rows before redaction are kept", {
    hint: "run the pipeline to its end: tunewright data run",
  });
}

/** True if a file of rows is unchanged since the run, or frozen with equal content below the folder. */
async function isKept(dir: string, out: StateOut): Promise<boolean> {
  const path = join(dir, out.path);
  if (existsSync(path) && (await hashFile(path)) === out.sha256) return true;
  const entries = await readdir(dir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  for (const { name } of folders) {
    for (const version of await versionsIn(join(dir, name))) {
      if ((await readManifest(version))?.files.some(({ sha256 }) => sha256 === out.sha256)) return true;
    }
  }
  return false;
}

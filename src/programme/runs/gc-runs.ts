import { counted } from "../../base/words.ts";
import type { RunGcRequest, RunGcResult } from "../../domain/gc.ts";
import { recordDeletion } from "../folder/deletions.ts";
import type { Store } from "../../store/open-store.ts";
import { ArtifactFiles } from "../../track/artifact-files.ts";
import { pointsWritten, purgeableRuns, purgeRun } from "../../track/purge-runs.ts";

const DAY_MS = 86_400_000;

/**
 * Purges the contents of deleted runs, or reports what would be purged. The runs themselves, their tags and the times
 * at which they were alive are kept, so that their cost remains in all sums.
 */
export async function gcRuns(store: Store, { olderThanDays, isPlan }: RunGcRequest, now: Date): Promise<RunGcResult> {
  const runs = await purgeableRuns(store, now.getTime() - olderThanDays * DAY_MS + 1);
  const points = await pointsWritten(store, runs);
  if (!isPlan) {
    const artifacts = new ArtifactFiles(store.dataDir);
    for (const run of runs) await purgeRun(store, run, { artifacts, now });
  }
  return { runs: runs.map(({ runId }) => runId), points, isDone: !isPlan };
}

/** Records in a programme folder which deleted runs were purged. */
export async function recordPurge(dir: string, { runs, points }: RunGcResult, now: Date): Promise<void> {
  const what = `metrics, params and files of ${counted(runs.length, "deleted run")} with ${counted(points, "point")}`;
  const where = runs.map((id) => `run ${id}`);
  await recordDeletion(
    dir,
    { command: "gc --deleted-runs", what, where, identifiers: runs, notReached: PURGE_NOT_REACHED },
    now,
  );
}

/** Parts of a purged run that are kept. */
const PURGE_NOT_REACHED = ["the run itself with its tags, the times at which it was alive, and its cost", "backups"];

/** Text of what is, or would be, removed. */
export function gcRunsText({ runs, points, isDone }: RunGcResult): string {
  if (runs.length === 0) return "deleted runs have no data to remove";
  const what = `${runs.length} deleted ${runs.length === 1 ? "run" : "runs"} with ${points} points`;
  return isDone
    ? `removed metrics, params and files of ${what}; their cost remains in the ledger`
    : `nothing was removed: removing the data of ${what} requires confirmation`;
}

import type { Db } from "../store/database.ts";
import type { Store } from "../store/open-store.ts";
import type { ArtifactFiles } from "./artifact-files.ts";
import { setTags } from "./set-tags.ts";

/** Tag of a purged run, with the time of the purge. */
export const PURGED_TAG = "tunewright.removed";

/** A deleted run with remaining data. */
export type PurgeableRun = { runNo: number; runId: string; experimentId: number };

/** Runs that were deleted before a time and still have metrics, params or files; oldest first. */
export async function purgeableRuns({ db }: Pick<Store, "db">, beforeMs: number): Promise<PurgeableRun[]> {
  const rows = await db
    .selectFrom("runs")
    .select(["run_no", "run_id", "experiment_id"])
    .where("lifecycle_stage", "=", "deleted")
    .where("deleted_ms", "<", beforeMs)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("run_tags")
            .select("tag_no")
            .whereRef("run_tags.run_no", "=", "runs.run_no")
            .where("run_tags.key", "=", PURGED_TAG),
        ),
      ),
    )
    .orderBy("deleted_ms")
    .orderBy("run_no")
    .execute();
  return rows.map(({ run_no, run_id, experiment_id }) => ({
    runNo: run_no,
    runId: run_id,
    experimentId: experiment_id,
  }));
}

/** Number of points of runs that were written. */
export async function pointsWritten({ db }: Pick<Store, "db">, runs: readonly PurgeableRun[]): Promise<number> {
  let points = 0;
  for (const { runNo } of runs) {
    const { written } = await db
      .selectFrom("series")
      .select(({ fn }) => [fn.sum<number | bigint | string | null>("written").as("written")])
      .where("run_no", "=", runNo)
      .executeTakeFirstOrThrow();
    points += Number(written ?? 0);
  }
  return points;
}

/**
 * Permanently removes the data logged to a deleted run: metrics, params, datasets, models, files. The run itself, its
 * tags and its activity are kept, so that its cost remains in all sums.
 */
export async function purgeRun(
  store: Store,
  { runNo, runId, experimentId }: PurgeableRun,
  { artifacts, now }: { artifacts: ArtifactFiles; now: Date },
): Promise<void> {
  const folder = `${experimentId}/${runId}`;
  if ((await artifacts.list(folder)).length > 0) await artifacts.remove(folder);
  await store.write(async (db) => {
    await removeMetrics(db, runNo);
    const inputs = db.selectFrom("run_inputs").select("input_no").where("run_no", "=", runNo);
    await db.deleteFrom("run_input_tags").where("input_no", "in", inputs).execute();
    await db.deleteFrom("run_inputs").where("run_no", "=", runNo).execute();
    await db.deleteFrom("run_models").where("run_no", "=", runNo).execute();
    await db.deleteFrom("run_params").where("run_no", "=", runNo).execute();
    await setTags(db, runNo, [{ key: PURGED_TAG, value: now.toISOString() }]);
  });
}

async function removeMetrics(db: Db, runNo: number): Promise<void> {
  const series = db.selectFrom("series").select("series_no").where("run_no", "=", runNo);
  await db.deleteFrom("points").where("series_no", "in", series).execute();
  await db.deleteFrom("rollups").where("series_no", "in", series).execute();
  await db.deleteFrom("logged_model_metrics").where("run_no", "=", runNo).execute();
  await db.deleteFrom("series").where("run_no", "=", runNo).execute();
}

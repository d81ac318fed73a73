import { createHash } from "node:crypto";

import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { insertRows } from "../../store/insert-rows.ts";
import { addRunModels, recordDataset } from "../inputs.ts";
import { COST_PREFIX, LIMITS, truncated } from "../names.ts";
import { knownSeries, logPoints, type MetricPoint } from "../points.ts";
import { setTags } from "../set-tags.ts";
import type { ForeignRun } from "./foreign-run.ts";
import { readState, SOURCE_TAG, STATE_TAG, stateTag } from "./import-state.ts";

/** Number of points per transaction. */
const CHUNK = 10_000;

/** Result of writing a run. */
export type WrittenRun = {
  runId: string;
  experimentId: number;
  points: number;
  isNew: boolean;
  /** True if the run was already imported completely, or was logged here; nothing was written. */
  isUnchanged: boolean;
  isOwn: boolean;
};

/** Id for an imported run: its own if it is a valid MLflow id, otherwise one derived from source and id. */
function importedRunId(format: string, run: Pick<ForeignRun, "id" | "experiment">): string {
  if (/^[\da-f]{32}$/.test(run.id)) return run.id;
  return createHash("sha256").update(`${format}\0${run.experiment}\0${run.id}`).digest("hex").slice(0, 32);
}

/**
 * Writes a run of another tracker with all its points. A repeat changes nothing; an interrupted import continues:
 * points that already exist are skipped. The server did not see the run alive, so it has no activity and no cost; a
 * metric named `cost.usd`, which is computed here, is stored as `imported/cost.usd`.
 */
export async function writeRun(
  store: Store,
  run: ForeignRun,
  place: { format: string; experimentId: number; nowMs: number; skipArtifacts: boolean },
): Promise<WrittenRun> {
  const runId = importedRunId(place.format, run);
  const opened = await store.write((db) => openRun(db, run, { runId, ...place }));
  const { isOwn } = opened;
  if (isOwn || opened.isUnchanged) {
    return { runId, experimentId: opened.experimentId, points: 0, isNew: false, isUnchanged: true, isOwn };
  }
  let points = 0;
  let chunk: MetricPoint[] = [];
  const flush = async (): Promise<void> => {
    const batch = chunk;
    chunk = [];
    points += batch.length;
    if (batch.length === 0) return;
    await store.write(async (db) => {
      await logPoints(db, { runNo: opened.runNo, known: await knownSeries(db, runId, batch) }, batch);
    });
  };
  for await (const point of run.points()) {
    chunk.push(point.key.startsWith(COST_PREFIX) ? { ...point, key: `imported/${point.key}` } : point);
    if (chunk.length === CHUNK) await flush();
  }
  await flush();
  return { runId, experimentId: opened.experimentId, points, isNew: opened.isNew, isUnchanged: false, isOwn };
}

/** Records the logged models that a run used or produced. A repeat changes nothing. */
export async function linkModels(
  store: Store,
  runId: string,
  models: NonNullable<ForeignRun["models"]>,
): Promise<void> {
  if (models.length === 0) return;
  await store.write(async (db) => {
    const run = db.selectFrom("runs").select("run_no").where("run_id", "=", runId);
    const { run_no } = await run.executeTakeFirstOrThrow();
    for (const direction of ["input", "output"] as const) {
      const own = models.filter((model) => model.direction === direction);
      await addRunModels(db, run_no, { direction, models: own });
    }
  });
}

/** Marks a run as completely imported, after its files have been copied. */
export async function closeImport(
  store: Store,
  run: ForeignRun,
  { runId, skipArtifacts }: { runId: string; skipArtifacts: boolean },
): Promise<void> {
  await store.write(async (db) => {
    const { run_no } = await db
      .selectFrom("runs")
      .select("run_no")
      .where("run_id", "=", runId)
      .executeTakeFirstOrThrow();
    await setTags(db, run_no, [{ key: STATE_TAG, value: stateTag(stateOf(run), !skipArtifacts) }]);
  });
}

/** State of a run that continues at its source. It never counts as unchanged. */
const OPEN = "open";

/** State of a run at its source. */
function stateOf(run: ForeignRun): string {
  if (run.status === "RUNNING" || run.status === "SCHEDULED") return OPEN;
  const { params, tags, datasets, extent } = run;
  const facts = [run.status, String(run.endMs), run.isDeleted, run.name, params, tags, datasets, extent];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}

type Opened = { runNo: number; experimentId: number; isNew: boolean; isOwn: boolean; isUnchanged: boolean };

async function openRun(
  db: Db,
  run: ForeignRun,
  place: { runId: string; experimentId: number; format: string; nowMs: number; skipArtifacts: boolean },
): Promise<Opened> {
  const { runId, experimentId, format, nowMs, skipArtifacts } = place;
  const deleted = run.isDeleted
    ? ({ lifecycle_stage: "deleted", deleted_ms: nowMs } as const)
    : ({ lifecycle_stage: "active", deleted_ms: null } as const);
  const facts = {
    name: run.name,
    user_id: run.user,
    status: run.status,
    start_ms: run.startMs,
    end_ms: run.endMs,
    ...deleted,
  };
  const inserted = await db
    .insertInto("runs")
    .values({ run_id: runId, experiment_id: experimentId, ...facts })
    .onConflict((conflict) => conflict.column("run_id").doNothing())
    .returning("run_no")
    .executeTakeFirst();
  const known = await db
    .selectFrom("runs")
    .select(["run_no", "experiment_id"])
    .where("run_id", "=", runId)
    .executeTakeFirstOrThrow();
  const found = await db
    .selectFrom("run_tags")
    .select(["key", "value"])
    .where("run_no", "=", known.run_no)
    .where("key", "in", [STATE_TAG, SOURCE_TAG])
    .execute();
  const { base, hasFiles } = readState(found);
  const opened = {
    runNo: known.run_no,
    experimentId: known.experiment_id,
    isNew: inserted !== undefined,
    isOwn: inserted === undefined && found.every(({ key }) => key !== SOURCE_TAG),
    isUnchanged: base === stateOf(run) && base !== OPEN && (hasFiles || skipArtifacts),
  };
  if (opened.isOwn || opened.isUnchanged) return opened;
  await db.updateTable("runs").set(facts).where("run_no", "=", known.run_no).execute();
  const params = run.params.map(({ key, value }) => [known.run_no, key, truncated(value, LIMITS.paramValue)]);
  await insertRows(db, {
    table: "run_params",
    columns: { run_no: "bigint", key: "text", value: "text" },
    rows: params,
  });
  await setTags(db, known.run_no, [
    ...(run.name === "" ? [] : [{ key: "mlflow.runName", value: run.name }]),
    ...run.tags,
    { key: SOURCE_TAG, value: format },
  ]);
  for (const dataset of run.datasets) {
    await recordDataset(db, { runNo: known.run_no, experimentId: known.experiment_id }, dataset);
  }
  return opened;
}

import type { Int64 } from "../base/int64.ts";
import type { Db } from "../store/database.ts";
import { sendWithCommit } from "../store/last-statements.ts";
import type { Store } from "../store/open-store.ts";
import { closeActivity, closeActivityAt, extendActivity, openActivity } from "./activity.ts";
import { RUN_NAME_TAG } from "./create-run.ts";
import { PURGED_TAG } from "./purge-runs.ts";
import { isTerminal, lockActiveRun, lockRun, RUN_STATUSES, type RunInfo } from "./run-info.ts";
import { setTags } from "./set-tags.ts";
import { invalid, TrackFailure } from "./track-failure.ts";

/** Changes to a run. Undefined fields are unchanged. */
export type RunUpdate = { status?: string | undefined; endMs?: Int64 | undefined; name?: string | undefined };

/**
 * Changes status, end or name of a run. A change from an end status back to RUNNING resumes the run and opens a new
 * interval of activity.
 *
 * @param update.endedMs  when the run ended, if its machine reported it; default: now, by the clock of the server
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST, INVALID_PARAMETER_VALUE
 */
export async function updateRun(
  store: Store,
  runId: string,
  update: RunUpdate & { nowMs: number; endedMs?: number },
): Promise<RunInfo> {
  const { status, endMs, name, nowMs, endedMs } = update;
  if (status !== undefined && !RUN_STATUSES.some((known) => known === status)) {
    throw invalid(
      `Invalid value ${JSON.stringify(status)} for parameter 'status' supplied: must be one of ${RUN_STATUSES.join(", ")}`,
    );
  }
  return store.write(async (db) => {
    const before = await lockActiveRun(db, runId);
    const info = {
      ...before,
      status: status ?? before.status,
      end_ms: endMs ?? before.end_ms,
      name: name === undefined || name === "" ? before.name : name,
    };
    const row = db.updateTable("runs").where("run_no", "=", before.run_no);
    await sendWithCommit(db, row.set({ status: info.status, end_ms: info.end_ms, name: info.name }).execute());
    if (info.name !== before.name) await setTags(db, before.run_no, [{ key: RUN_NAME_TAG, value: info.name }]);
    await moveActivity(db, { before, info, nowMs, endedMs });
    return info;
  });
}

async function moveActivity(
  db: Db,
  { before, info, nowMs, endedMs }: { before: RunInfo; info: RunInfo; nowMs: number; endedMs: number | undefined },
): Promise<void> {
  if (isTerminal(before.status) && !isTerminal(info.status)) await openActivity(db, info.run_no, nowMs);
  else if (!isTerminal(info.status)) await extendActivity(db, info.run_no, nowMs);
  else if (endedMs === undefined) await closeActivity(db, info.run_no, nowMs);
  else await closeActivityAt(db, info.run_no, endedMs);
}

/** Marks a run as deleted; it can still be read by its id. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function deleteRun(store: Store, runId: string, nowMs: number): Promise<void> {
  await store.write(async (db) => {
    const { run_no } = await lockRun(db, runId);
    await db
      .updateTable("runs")
      .set({ lifecycle_stage: "deleted", deleted_ms: nowMs })
      .where("run_no", "=", run_no)
      .execute();
  });
}

/**
 * Reverses a deletion.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST; INVALID_PARAMETER_VALUE if its logged data were purged
 */
export async function restoreRun(store: Store, runId: string): Promise<void> {
  await store.write(async (db) => {
    const { run_no } = await lockRun(db, runId);
    const purged = await db
      .selectFrom("run_tags")
      .select("value")
      .where("run_no", "=", run_no)
      .where("key", "=", PURGED_TAG)
      .executeTakeFirst();
    if (purged !== undefined) {
      throw invalid(`The run ${runId} cannot be restored: its metrics and files were removed on ${purged.value}.`);
    }
    await db
      .updateTable("runs")
      .set({ lifecycle_stage: "active", deleted_ms: null })
      .where("run_no", "=", run_no)
      .execute();
  });
}

/**
 * Removes a tag of a run.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST if the run or the tag does not exist
 */
export async function deleteTag(
  store: Store,
  runId: string,
  { key, nowMs }: { key: string; nowMs: number },
): Promise<void> {
  await store.write(async (db) => {
    const { run_no } = await lockActiveRun(db, runId);
    const { numDeletedRows } = await db
      .deleteFrom("run_tags")
      .where("run_no", "=", run_no)
      .where("key", "=", key)
      .executeTakeFirstOrThrow();
    if (numDeletedRows === 0n) {
      throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `No tag with name: ${key} in run with id ${runId}`);
    }
    await extendActivity(db, run_no, nowMs);
  });
}

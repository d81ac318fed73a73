import type { Store } from "../store/open-store.ts";
import { openActivity } from "./activity.ts";
import { lockActiveRun } from "./run-info.ts";

/**
 * Marks a run as waiting for a machine. Its activity ends at the last sign of life: queueing costs nothing.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST
 */
export async function markScheduled(store: Store, runId: string): Promise<void> {
  await store.write(async (db) => {
    const { run_no } = await lockActiveRun(db, runId);
    await db.updateTable("runs").set({ status: "SCHEDULED" }).where("run_no", "=", run_no).execute();
    await db
      .updateTable("activity")
      .set((eb) => ({ closed_ms: eb.ref("last_ms") }))
      .where("run_no", "=", run_no)
      .where("closed_ms", "is", null)
      .execute();
  });
}

/** Marks a waiting run as running since a time, which opens its activity. Does nothing if it was not waiting. */
export async function markStarted(store: Store, runId: string, startedMs: number): Promise<void> {
  await store.write(async (db) => {
    const { run_no, status } = await lockActiveRun(db, runId);
    if (status !== "SCHEDULED") return;
    await db.updateTable("runs").set({ status: "RUNNING" }).where("run_no", "=", run_no).execute();
    await openActivity(db, run_no, startedMs);
  });
}

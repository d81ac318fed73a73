import { Failure } from "../../base/failure.ts";
import type { CloseRunRequest, TrackedRun } from "../../domain/tracked-run.ts";
import type { Store } from "../../store/open-store.ts";
import { setTags } from "../../track/set-tags.ts";
import { updateRun } from "../../track/update-run.ts";
import { showRun } from "./show-run.ts";

/** Tag with the reason why a run was closed by hand. */
const CLOSED_TAG = "tunewright.closed";

/**
 * Ends a run whose client stopped without reporting it. Its last interval ends when it was last seen, or at the stated
 * time: until then its machines are known to have run.
 *
 * @throws Failure not_found; bad_input if it has ended, or the time is before it was last seen or in the future
 */
export async function closeRun(
  store: Store,
  { id, aliveUntil, reason, status }: CloseRunRequest,
  { programmes, nowMs }: { programmes: readonly string[]; nowMs: number },
): Promise<TrackedRun> {
  const run = await showRun(store, id, programmes);
  if (run.status !== "RUNNING" && run.status !== "SCHEDULED") {
    throw new Failure("bad_input", `run ${run.id} has ended: ${run.status}`, {
      hint: "tunewright runs show prints its state",
    });
  }
  const lastMs = Date.parse(run.lastSeenAt ?? run.startedAt);
  const endMs = aliveUntil === undefined ? lastMs : Date.parse(aliveUntil);
  if (Number.isNaN(endMs) || endMs < lastMs || endMs > Math.max(nowMs, lastMs)) {
    throw new Failure("bad_input", `${aliveUntil} is not between ${new Date(lastMs).toISOString()} and now`, {
      hint: "give the time (ISO 8601) at which its machines stopped; default: when it was last seen",
    });
  }
  await store.write(async (db) => {
    const { run_no } = await db
      .selectFrom("runs")
      .select("run_no")
      .where("run_id", "=", run.id)
      .executeTakeFirstOrThrow();
    await setTags(db, run_no, [{ key: CLOSED_TAG, value: reason }]);
  });
  await updateRun(store, run.id, { status, endMs, nowMs: endMs });
  return showRun(store, run.id, programmes);
}

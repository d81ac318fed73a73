import { Failure } from "../../base/failure.ts";
import { parseMoney } from "../../base/money.ts";
import { type Sweep, SweepFile } from "../../domain/sweep.ts";
import type { Store } from "../../store/open-store.ts";
import { resumeTraining } from "../training/resume-training.ts";
import type { StartPlace } from "../training/start-training.ts";
import { findSweep, showSweep, trialsOf } from "./sweep-rows.ts";

/**
 * Requests that a sweep stops: no further trial begins, and running ones save a checkpoint.
 *
 * @throws Failure not_found; check_failed if it has ended
 */
export async function stopSweep(store: Store, id: string, nowMs: number): Promise<Sweep> {
  const sweep = await findSweep(store, id);
  if (sweep.ended_ms !== null) {
    throw new Failure("check_failed", `sweep ${sweep.sweep_id} has ended: ${sweep.state}`, {
      hint: "tunewright sweep show",
    });
  }
  await store.write((db) =>
    db
      .updateTable("sweeps")
      .set({ state: "stopping", reason: "stopped by request" })
      .where("sweep_no", "=", sweep.sweep_no)
      .where("state", "=", "running")
      .execute(),
  );
  return showSweep(store, sweep.sweep_id, nowMs);
}

/**
 * Continues a stopped sweep: its running trials from their checkpoints, its search from its log.
 *
 * @param maxUsd a new amount, instead of the one in its file
 * @throws Failure not_found; check_failed if it is running or completed
 */
export async function resumeSweep(
  store: Store,
  { id, maxUsd }: { id: string; maxUsd?: string | undefined },
  place: Pick<StartPlace, "pricing" | "now">,
): Promise<Sweep> {
  const sweep = await findSweep(store, id);
  if (sweep.ended_ms === null || sweep.state === "done") {
    throw new Failure("check_failed", `sweep ${sweep.sweep_id} cannot be resumed: it is ${sweep.state}`, {
      hint: "tunewright sweep show",
    });
  }
  const spec = SweepFile.parse(JSON.parse(sweep.spec));
  if (maxUsd !== undefined && spec.maxUsd !== undefined && parseMoney(maxUsd) < parseMoney(spec.maxUsd)) {
    throw new Failure("bad_input", `the new budget of ${maxUsd} USD is lower than the current ${spec.maxUsd} USD`, {
      hint: "give a higher budget, or omit it to keep the current one",
    });
  }
  for (const { state, job_id } of await trialsOf(store, sweep.sweep_no)) {
    // only jobs that the stop of the sweep ended: a trial that waits for its promotion had its job stopped too
    if (job_id === null || (state !== "running" && state !== "paused")) continue;
    const job = await store.db.selectFrom("jobs").selectAll().where("job_id", "=", job_id).executeTakeFirstOrThrow();
    if (job.ended_ms === null || job.state === "done-verified") continue;
    if (state === "running") await resumeTraining(store, { id: job_id, maxUsd }, place);
    else await reopenPaused(store, job_id);
  }
  await store.write((db) =>
    db
      .updateTable("sweeps")
      .set({
        state: "running",
        reason: null,
        ended_ms: null,
        spec: JSON.stringify({ ...spec, ...(maxUsd === undefined ? {} : { maxUsd }) }),
      })
      .where("sweep_no", "=", sweep.sweep_no)
      .execute(),
  );
  return showSweep(store, sweep.sweep_id, place.now().getTime());
}

async function reopenPaused(store: Store, jobId: string): Promise<void> {
  await store.write((db) =>
    db
      .updateTable("jobs")
      .set({ state: "paused", reason: null, ended_ms: null, stop_reason: null, stop_asked_ms: null })
      .where("job_id", "=", jobId)
      .execute(),
  );
}

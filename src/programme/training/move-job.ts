import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import { attemptsPico } from "../../launch/supervise/attempt-time.ts";
import { deleteRun } from "../../track/update-run.ts";
import { release, reserve } from "../money/budgets.ts";
import { endJob } from "./end-attempt.ts";
import type { Seen, Supervisor } from "./look-at-job.ts";
import { trackedRun } from "./tracked-run.ts";
import { keepTarget, keptTarget } from "./training-targets.ts";

/**
 * Moves a job from its spot target to its fallback target. Its next attempt continues there, from the newest
 * checkpoint, at the price of that target, as a separate tracked run, because each run has one price. Can be repeated:
 * the row of the job changes last.
 */
export async function moveJob(supervisor: Supervisor, seen: Seen): Promise<void> {
  const { store, now, pricing } = supervisor;
  const { job, spec, attempts, facts } = seen;
  const { fallback, usdPerHour, maxUsd } = spec;
  if (fallback === undefined || usdPerHour === undefined) throw new Error("a job without a fallback is not moved");
  const left =
    maxUsd === undefined ? undefined : parseMoney(maxUsd) - attemptsPico(attempts, { usdPerHour, nowMs: facts.nowMs });
  if (left !== undefined && left <= 0n) {
    return endJob(supervisor, seen, { state: "over-budget", reason: "its cap was reached" });
  }
  const moved: TrainingFile = {
    ...spec,
    target: fallback.target,
    usdPerHour: fallback.usdPerHour,
    fallback: undefined,
  };
  const runId = await trackedRun(store, moved, {
    id: `${job.job_id}-on-demand`,
    place: { programme: job.programme, now },
    digest: job.dataset_digest,
    more: { "tunewright.continues": job.run_id },
  });
  if (left !== undefined && pricing !== undefined) {
    await release(store, job.run_id, now());
    const held = { runId, usd: formatMoney(left), experiment: spec.experiment, tags: [] };
    try {
      await reserve(store, held, { pricing, now: now() });
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== "over_budget") throw error;
      await deleteRun(store, runId, facts.nowMs);
      return endJob(supervisor, seen, { state: "over-budget", reason: error.message });
    }
  }
  await keepTarget(job.folder, { target: await keptTarget(job.folder, "fallback-target.json") });
  await store.write((db) =>
    db
      .updateTable("jobs")
      .set({ run_id: runId, spec: JSON.stringify(moved), stop_reason: null, stop_asked_ms: null })
      .where("job_no", "=", job.job_no)
      .execute(),
  );
  supervisor.log(`job ${job.job_id} continues at ${fallback.target}: its deadline does not allow it to wait`);
}

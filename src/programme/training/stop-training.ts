import { Failure } from "../../base/failure.ts";
import type { TrainingJob } from "../../domain/training-job.ts";
import type { Store } from "../../store/open-store.ts";
import { findJob, showJob } from "./job-rows.ts";
import { askStop } from "./supervise.ts";

/**
 * Requests that a job stops. The supervisor sends SIGTERM, so that it saves a checkpoint, and SIGKILL after the grace
 * period.
 *
 * @throws Failure not_found; check_failed if it has ended
 */
export async function stopTraining(store: Store, id: string, nowMs: number): Promise<TrainingJob> {
  const job = await findJob(store, id);
  if (job.ended_ms !== null)
    throw new Failure("check_failed", `job ${job.job_id} has ended: ${job.state}`, {
      hint: "list the running jobs: tunewright train list",
    });
  await askStop(store, job, { reason: "user", nowMs });
  return showJob(store, job.job_id, nowMs);
}

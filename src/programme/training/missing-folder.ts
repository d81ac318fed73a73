import { existsSync } from "node:fs";

import { endJob } from "./end-attempt.ts";
import { type JobRow, openJob } from "./job-rows.ts";
import { lookAtJob, type Supervisor } from "./look-at-job.ts";
import { schedulerOfJob } from "./training-targets.ts";

/**
 * Handles a job whose folder is not there, because the programme was moved or renamed, or its disk is not mounted. It
 * may still be running, so it is neither started nor judged: it is unreachable until the folder is back. If it is
 * stopped, it ends and costs money until that request, because nothing states when it really ended.
 *
 * @returns true if the folder is missing
 */
export async function attendWithoutFolder(supervisor: Supervisor, listed: JobRow): Promise<boolean> {
  if (existsSync(listed.folder)) return false;
  const { store, env } = supervisor;
  const job = await openJob(store, listed.job_no);
  if (job === undefined) return true;
  const reason = `its files are not in ${job.folder}: move the programme folder back there, or stop the run`;
  if (job.stop_asked_ms !== null) {
    const seen = await lookAtJob(supervisor, job, await schedulerOfJob(job, env));
    const { attempt } = seen.facts;
    if (attempt !== undefined) seen.facts.attempt = { ...attempt, isClaimed: true, endedMs: job.stop_asked_ms };
    await endJob(supervisor, seen, { state: "stopped", reason: "stopped by request, while its files were missing" });
    return true;
  }
  const isResting = job.state === "paused" || job.state === "awaiting-approval";
  if (isResting || (job.state === "unreachable" && job.reason === reason)) return true;
  await store.write((db) =>
    db
      .updateTable("jobs")
      .set({ state: "unreachable", reason })
      .where("job_no", "=", job.job_no)
      .where("ended_ms", "is", null)
      .execute(),
  );
  supervisor.log(`job ${job.job_id}: ${reason}`);
  return true;
}

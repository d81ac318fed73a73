import { existsSync } from "node:fs";
import { join } from "node:path";

import type { JobState } from "../../domain/training-job.ts";
import type { Scheduler } from "../../launch/schedulers/scheduler.ts";
import type { Store } from "../../store/open-store.ts";
import { endJob } from "./end-attempt.ts";
import type { JobRow } from "./job-rows.ts";
import { lookAtJob, type Seen, type Supervisor } from "./look-at-job.ts";
import { placedAttempt } from "./training-targets.ts";

/**
 * Whether the files of a job are in its folder. A trainer that goes on after a move may create the folder again,
 * without them.
 */
export function hasFiles({ folder }: Pick<JobRow, "folder">): boolean {
  return existsSync(join(folder, "config.json"));
}

/**
 * A job with the folder in which its files are now: its own, or the one next to the database, if both were moved
 * together.
 */
export function whereFilesAre(store: Pick<Store, "dataDir">, job: JobRow): JobRow {
  const moved = { ...job, folder: join(store.dataDir, "jobs", job.job_id) };
  return hasFiles(job) || !hasFiles(moved) ? job : moved;
}

/**
 * Handles a job whose files are not in its folder, because the programme was moved or renamed, or its disk is not
 * mounted. It may still be running, so it is neither started nor judged: it is unreachable until the folder is back.
 * It can be stopped, and stops at its limits.
 */
export async function attendWithoutFolder(supervisor: Supervisor, job: JobRow, scheduler: Scheduler): Promise<void> {
  const seen = await lookAtJob(supervisor, whereFilesAre(supervisor.store, job), scheduler);
  if (job.stop_reason !== null) return stopWithoutFolder(supervisor, seen);
  const { limit, nowMs } = seen.facts;
  if (limit !== undefined && seen.facts.attempt?.isEnded === false) {
    return note(supervisor, job, { stop_reason: limit.reason, stop_asked_ms: nowMs });
  }
  const reason = `its files are not in ${job.folder}: move the programme folder back there, or stop the run`;
  const isResting = job.state === "paused" || job.state === "awaiting-approval";
  if (isResting || (job.state === "unreachable" && job.reason === reason)) return;
  await note(supervisor, job, { state: "unreachable", reason });
  supervisor.log(`job ${job.job_id}: ${reason}`);
}

/**
 * Sends SIGTERM to the trainer, and SIGKILL after the grace period; ends the job when it is gone. Its files do not state
 * when it ended: it costs money until it was seen to be gone, or, if it was never found, until the request.
 */
async function stopWithoutFolder(supervisor: Supervisor, seen: Seen): Promise<void> {
  const { job, facts, scheduler } = seen;
  const { attempt, nowMs, graceMs, stop } = facts;
  if (attempt !== undefined && !attempt.isEnded) {
    const isOver = Math.abs(nowMs - stop!.askedMs) > graceMs;
    const placed = await placedAttempt(job, attempt.number);
    if (await scheduler.signal(placed, isOver ? "SIGKILL" : "SIGTERM")) {
      return note(supervisor, job, { state: "stopping", reason: null });
    }
    const seenMs = job.state === "stopping" ? nowMs : stop!.askedMs;
    const endedMs = attempt.exit?.endedMs ?? attempt.endedMs ?? seenMs;
    facts.attempt = { ...attempt, isClaimed: true, endedMs };
  }
  const { reason } = stop!;
  const isLimit = reason === "over-budget" || reason === "over-time";
  const why = isLimit ? "before its limit" : "by request";
  const state = isLimit ? reason : "stopped";
  await endJob(supervisor, seen, { state, reason: `stopped ${why}, while its files were missing` });
}

async function note(
  { store }: Supervisor,
  job: JobRow,
  change: { state: JobState; reason: string | null } | { stop_reason: string; stop_asked_ms: number },
): Promise<void> {
  await store.write((db) =>
    db.updateTable("jobs").set(change).where("job_no", "=", job.job_no).where("ended_ms", "is", null).execute(),
  );
}

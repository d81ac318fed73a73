import { createHash } from "node:crypto";

import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { billedUntil } from "../training/job-rows.ts";
import { sightOf } from "../training/job-sight.ts";

/** Time of a job of a sweep: all its attempts, ms; an open one counts until now. */
export type JobTime = {
  trial: number;
  ms: number;
  attempts: number;
  /** Time of the attempt that runs, ms; undefined if none does. */
  openMs: number | undefined;
  /** Last step; 0 before the first. */
  step: number;
  /** Time of its latest steps, ms; undefined before two were seen. */
  stepMs: number | undefined;
};

/** An attempt of a job, with what is known of the job. */
type TimedAttempt = Pick<Row<"jobs">, "job_id" | "folder" | "step" | "sight"> &
  Pick<Row<"job_attempts">, "attempt" | "started_ms" | "ended_ms">;

/** Ids in one query: a database limits the values of a query. */
const CHUNK = 5000;

/** Id of the job of a trial on a rung: whoever queues it a second time finds the first. */
export function jobIdOf(sweepId: string, { trial, rung }: Pick<Row<"sweep_trials">, "trial" | "rung">): string {
  return createHash("sha256").update(`${sweepId} ${trial} ${rung}`).digest("hex").slice(0, 12);
}

/**
 * Times of the jobs of a sweep, by job. The jobs follow from its trials, not from the tags of their runs, which anybody who
 * logs may change.
 */
export async function jobTimes(
  store: Pick<Store, "db">,
  sweep: Pick<Row<"sweeps">, "sweep_no" | "sweep_id">,
  nowMs: number,
): Promise<Map<string, JobTime>> {
  const times = new Map<string, JobTime>();
  const trials = await trialsByJob(store, sweep);
  for (const row of await attemptsOfJobs(store, [...trials.keys()])) {
    const { job_id, folder, step, sight, started_ms, ended_ms } = row;
    const { ms, attempts } = times.get(job_id) ?? { ms: 0, attempts: 0 };
    const until = await billedUntil(folder, row, nowMs);
    times.set(job_id, {
      trial: trials.get(job_id)!,
      ms: ms + Math.max(0, (until ?? nowMs) - started_ms),
      attempts: attempts + 1,
      openMs: ended_ms === null ? nowMs - started_ms : undefined,
      step: step ?? 0,
      stepMs: sightOf({ sight })?.stepMs ?? undefined,
    });
  }
  return times;
}

/** Trial of each job of a sweep. With separate schedules a trial has a job on each rung. */
async function trialsByJob(
  { db }: Pick<Store, "db">,
  { sweep_no, sweep_id }: Pick<Row<"sweeps">, "sweep_no" | "sweep_id">,
): Promise<Map<string, number>> {
  const trials = await db
    .selectFrom("sweep_trials")
    .select(["trial", "rung", "job_id"])
    .where("sweep_no", "=", sweep_no)
    .orderBy("trial")
    .execute();
  const found = new Map<string, number>();
  for (const { trial, rung: last, job_id } of trials) {
    if (job_id !== null) found.set(job_id, trial);
    if (job_id !== null && last === 0) continue;
    for (let rung = 0; rung <= last; rung++) found.set(jobIdOf(sweep_id, { trial, rung }), trial);
  }
  return found;
}

/** Attempts of jobs, by job and number. */
async function attemptsOfJobs({ db }: Pick<Store, "db">, ids: readonly string[]): Promise<TimedAttempt[]> {
  const rows: TimedAttempt[] = [];
  for (let from = 0; from < ids.length; from += CHUNK) {
    const some = await db
      .selectFrom("jobs")
      .innerJoin("job_attempts", "job_attempts.job_no", "jobs.job_no")
      .select(["jobs.job_id", "jobs.folder", "jobs.step", "jobs.sight"])
      .select(["attempt", "started_ms", "job_attempts.ended_ms"])
      .where("jobs.job_id", "in", ids.slice(from, from + CHUNK))
      .orderBy("jobs.job_no")
      .orderBy("attempt")
      .execute();
    rows.push(...some);
  }
  return rows;
}

import { setTimeout as sleep } from "node:timers/promises";

import type { JobState } from "../../domain/training-job.ts";
import { decide, type JobAction, type StopReason } from "../../launch/supervise/decide.ts";
import type { Scheduler } from "../../launch/schedulers/scheduler.ts";
import { steadyClock } from "../../launch/supervise/steady-clock.ts";
import type { Store } from "../../store/open-store.ts";
import { completeCurve } from "./complete-curve.ts";
import { endJob, settleAttempt } from "./end-attempt.ts";
import { type JobRow, openJob, openJobs } from "./job-rows.ts";
import { launchAttempt } from "./launch-attempt.ts";
import { LOOK_MS, nextSight, notePass, sightOf } from "./job-sight.ts";
import { attendWithoutFolder, hasFiles, whereFilesAre } from "./missing-folder.ts";
import { moveJob } from "./move-job.ts";
import { lookAtJob, type Seen, type Supervisor } from "./look-at-job.ts";
import { afterProbe, isProbing, probeResult } from "./probe-job.ts";
import { holdSupervision } from "./supervision-lease.ts";
import { placedAttempt, schedulerOfJob } from "./training-targets.ts";

export type { Supervisor } from "./look-at-job.ts";

/** Minimum interval between imports of the curve of a run whose trainer cannot reach the tracker, ms. */
const IMPORT_MS = 15_000;

/**
 * Polls every job that has not ended, and does what is due. Its whole state is in the database and in the jobs'
 * folders, so that it may be killed at any point.
 *
 * @returns jobs that have not ended; undefined if another process supervises
 */
export async function superviseOnce(supervisor: Supervisor): Promise<number | undefined> {
  const { store, instance, now, steady = now } = supervisor;
  notePass(store, steady().getTime());
  const jobs = await openJobs(store);
  if (jobs.length === 0) return 0;
  if (!(await holdSupervision(store, instance, now().getTime()))) return undefined;
  for (const job of jobs) {
    const scheduler = await schedulerOfJob(whereFilesAre(store, job), supervisor.env);
    if (scheduler.isHere) await attend(supervisor, job, scheduler);
    else if (isDue(supervisor, job, { everyMs: scheduler.lookMs, what: "look" }))
      attendAway(supervisor, job, scheduler);
  }
  return jobs.length;
}

/**
 * Advances one job, as it is stored now: since the list of open jobs was read, an earlier look may have ended it, or
 * somebody may have stopped it. A failed action is tried again next time.
 */
async function attend(supervisor: Supervisor, listed: JobRow, scheduler: Scheduler): Promise<void> {
  try {
    const job = await openJob(supervisor.store, listed.job_no);
    if (job === undefined) return;
    if (!hasFiles(job)) return await attendWithoutFolder(supervisor, job, scheduler);
    const seen = await lookAtJob(supervisor, job, scheduler);
    await act(supervisor, seen, decide(seen.facts));
  } catch (error) {
    supervisor.log(`job ${listed.job_id}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Jobs on other machines that are being polled, by id. */
const away = new WeakMap<Supervisor, Map<string, Promise<void>>>();

/**
 * Polls a job on another machine without waiting, so that an unresponsive host or a long copy does not delay other
 * jobs.
 */
function attendAway(supervisor: Supervisor, job: JobRow, scheduler: Scheduler): void {
  const underWay = away.get(supervisor) ?? new Map<string, Promise<void>>();
  away.set(supervisor, underWay);
  if (underWay.has(job.job_id)) return;
  const looking = attend(supervisor, job, scheduler).finally(() => underWay.delete(job.job_id));
  underWay.set(job.job_id, looking);
}

/** Waits for polls of other machines in progress, before the store is closed. */
async function settleAway(supervisor: Supervisor): Promise<void> {
  for (const looking of away.get(supervisor)?.values() ?? []) await looking;
}

/**
 * Times at which this process last polled a job and last imported its curve: used only to limit load, not for
 * decisions.
 */
const looks = new WeakMap<Supervisor, Map<string, number>>();

function isDue(
  supervisor: Supervisor,
  { job_id }: Pick<JobRow, "job_id">,
  { everyMs, what }: { everyMs: number; what: "look" | "import" },
): boolean {
  const known = looks.get(supervisor) ?? new Map<string, number>();
  looks.set(supervisor, known);
  const nowMs = supervisor.now().getTime();
  const key = `${what} ${job_id}`;
  if (Math.abs(nowMs - (known.get(key) ?? Number.NEGATIVE_INFINITY)) < everyMs) return false;
  known.set(key, nowMs);
  return true;
}

/**
 * Supervises until the signal is received or `isDone` returns true; `also` is called after each pass over the jobs, with the
 * clock that does not jump.
 * Running trainers continue afterwards.
 */
export async function supervise(
  supervisor: Supervisor,
  {
    signal,
    also,
    isDone,
  }: { signal: AbortSignal; also?: (supervisor: Supervisor) => Promise<void>; isDone?: () => Promise<boolean> },
): Promise<void> {
  const clock = steadyClock(supervisor.now);
  const worker = { ...supervisor, steady: clock.now };
  while (!signal.aborted) {
    try {
      const open = await superviseOnce(worker);
      if (open === 0) clock.reset(); // nothing runs that a clock jump could affect
      await also?.(worker);
      if ((await isDone?.()) === true) break;
    } catch (error) {
      supervisor.log(`supervisor: ${error instanceof Error ? error.message : String(error)}`); // the database is busy
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  await settleAway(supervisor);
}

/** Imports the trainer's log if it cannot reach the tracker. */
async function importCurve(supervisor: Supervisor, { job, spec, scheduler, facts }: Seen): Promise<void> {
  if (scheduler.isHere || !isDue(supervisor, job, { everyMs: IMPORT_MS, what: "import" })) return;
  const values = await supervisor.engines[spec.engine].logged(job.folder);
  await completeCurve(supervisor.store, job.run_id, { values, nowMs: facts.nowMs });
}

async function act(supervisor: Supervisor, seen: Seen, action: JobAction): Promise<void> {
  const { job, facts, attempt } = seen;
  switch (action.do) {
    case "launch":
      return launchAttempt(supervisor, seen, action.attempt);
    case "move":
      return moveJob(supervisor, seen);
    case "settle":
      return settleAttempt(supervisor, seen);
    case "end":
      return endJob(supervisor, seen, action);
    case "ask-stop":
      return askStop(supervisor.store, job, { reason: action.reason, nowMs: facts.nowMs });
    case "signal":
      await seen.scheduler.signal(await placedAttempt(job, attempt!.attempt), action.signal);
      return noteStep(supervisor.store, seen, { state: "stopping" });
    case "wait":
      await importCurve(supervisor, seen);
      return noteStep(supervisor.store, seen, { state: facts.attempt?.phase ?? "running" });
    case "wait-unseen":
      return noteStep(supervisor.store, seen, { state: "unreachable", reason: action.reason });
    case "rest":
      return isProbing(job, seen.spec) && job.state === "paused" ? finishProbe(supervisor, seen) : undefined;
  }
}

/** Requests that a job stops. The first reason is kept. */
export async function askStop(
  store: Store,
  job: JobRow,
  { reason, nowMs }: { reason: StopReason; nowMs: number },
): Promise<void> {
  await store.write((db) =>
    db
      .updateTable("jobs")
      .set({ stop_reason: reason, stop_asked_ms: nowMs })
      .where("job_no", "=", job.job_no)
      .where("stop_reason", "is", null)
      .execute(),
  );
}

async function noteStep(
  store: Store,
  { job, facts, progress }: Seen,
  { state, reason = null }: { state: JobState; reason?: string | null },
): Promise<void> {
  const { attempt } = facts;
  if (attempt === undefined || attempt.isEnded) return; // it waits for its next attempt
  const step = progress?.step ?? job.step;
  if (step === job.step && state === job.state && reason === job.reason) return;
  const isNew = progress !== undefined && step !== job.step;
  const sight = isNew ? JSON.stringify(nextSight(sightOf(job), attempt.number, progress)) : job.sight;
  await store.write((db) =>
    db
      .updateTable("jobs")
      .set({ step, state, reason, sight })
      .where("job_no", "=", job.job_no)
      .where("ended_ms", "is", null) // a look that began before another supervisor ended the job must not reopen it
      .execute(),
  );
}

/** Reserves the estimated cost of a probed job and continues it, or ends it. */
async function finishProbe(supervisor: Supervisor, seen: Seen): Promise<void> {
  const { store, engines, pricing, now } = supervisor;
  const { job, spec, attempt } = seen;
  if (attempt === undefined) return;
  if (pricing === undefined) throw new Error("the supervisor has no prices for the probe");
  const result = probeResult(spec, attempt, await engines[spec.engine].progress(job.folder));
  const after = await afterProbe(store, { job, spec, result }, { pricing, now: now() });
  if (!after.goesOn) await endJob(supervisor, seen, { state: "over-budget", reason: after.reason });
}

import type { Clock } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import type { Engine, Progress } from "../../launch/engines/engine.ts";
import type { AttemptSight, Scheduler } from "../../launch/schedulers/scheduler.ts";
import { nextStartMs } from "../../launch/supervise/back-off.ts";
import { limitOf } from "../../launch/supervise/budget-guard.ts";
import type { JobFacts, StopReason } from "../../launch/supervise/decide.ts";
import { hasExploded } from "../../launch/supervise/divergence.ts";
import { isMoveDue } from "../../launch/supervise/spot-deadline.ts";
import type { Store } from "../../store/open-store.ts";
import { markStarted } from "../../track/scheduled-run.ts";
import type { Pricing } from "../money/pricing.ts";
import { idleLimit } from "./idle-gpus.ts";
import { type AttemptRow, attemptsOf, type JobRow, specOf } from "./job-rows.ts";
import { askedMs, guardFacts, lookMsOf, refusalOf, sightOf, silentMs } from "./job-sight.ts";
import { placedAttempt } from "./training-targets.ts";

/** Supervisor context: its lease, the engines, and the tracker that local trainers can reach. */
export type Supervisor = {
  store: Store;
  instance: string;
  /** Environment from which schedulers read the keys of a provider or of a bucket. */
  env: Context["env"];
  engines: Readonly<Record<TrainingFile["engine"], Engine>>;
  /** URL of the server that holds the store; undefined if none runs: metrics are imported afterwards. */
  trackerUrl: string | undefined;
  /** Token that trainers send to it; default: none. */
  trackerToken?: string | undefined;
  now: Clock;
  /** Cost of runs, for the budgets that the cost of a probed run is compared with. */
  pricing?: Pricing | undefined;
  /** A clock that does not jump, for spend and waiting times; default: `now`. */
  steady?: Clock | undefined;
  log: (line: string) => void;
};

/** An observed job. */
export type Seen = {
  job: JobRow;
  scheduler: Scheduler;
  spec: TrainingFile;
  attempts: AttemptRow[];
  attempt: AttemptRow | undefined;
  /** Last report of the trainer of this attempt. */
  progress?: Progress | undefined;
  facts: JobFacts;
};

/** Observes a job: its known data, and the state of its newest attempt. */
export async function lookAtJob(supervisor: Supervisor, job: JobRow, scheduler: Scheduler): Promise<Seen> {
  const { store, engines, now, steady = now } = supervisor;
  const spec = specOf(job);
  const attempts = await attemptsOf(store, job.job_no);
  const attempt = attempts.at(-1);
  const nowMs = steady().getTime();
  const requestMs = askedMs(store, job, nowMs);
  const stop =
    job.stop_reason === null || job.stop_asked_ms === null
      ? undefined
      : { reason: job.stop_reason as StopReason, askedMs: requestMs };
  const lookMs = Math.max(scheduler.lookMs, lookMsOf(store));
  const counted = attempts.filter(({ attempt: number }) => number > job.resumed_after);
  const facts: JobFacts = {
    nowMs,
    maxAttempts: spec.maxAttempts,
    interruptions: counted.filter(({ outcome }) => outcome !== null && !isExpected(outcome)).length,
    isPaused: job.state === "paused",
    isMoveDue: moveIsDue(spec, { job, nowMs }),
    isAwaitingApproval: job.state === "awaiting-approval",
    notBeforeMs: nextStartMs(counted.flatMap(endedAttempt)),
    stallMs: spec.stallSec * 1000,
    graceMs: spec.graceSec * 1000,
    stop,
    limit: limitOf(guardFacts(spec, { job, attempts, nowMs, lookMs })),
    attempt: undefined,
  };
  if (attempt === undefined) return { job, scheduler, spec, attempts, attempt, facts };
  const isEnded = attempt.ended_ms !== null;
  const sight = isEnded ? ENDED : await scheduler.observe(await placedAttempt(job, attempt.attempt));
  if (!isEnded && !scheduler.isHere) {
    await keepStart(store, { job, attempt, sight, nowMs });
    facts.limit = limitOf(guardFacts(spec, { job, attempts, nowMs, lookMs }));
  }
  const found = await engines[spec.engine].progress(job.folder);
  // what an earlier attempt left behind is not progress of this one
  const timeMs = (found?.timeMs ?? 0) - (sight.aheadMs ?? 0);
  const progress = found !== undefined && timeMs >= attempt.started_ms ? { ...found, timeMs } : undefined;
  const key = `${attempt.attempt} ${progress?.step ?? ""} ${progress?.timeMs ?? ""}`;
  facts.attempt = {
    ...sight,
    silentMs: silentMs(store, job, { key, nowMs }),
    hasExploded: hasExploded(sightOf(job, attempt.attempt) ?? { high: 0 }),
    refusal: refusalOf(store, job, attempt.attempt),
    number: attempt.attempt,
    startedMs: attempt.started_ms,
    isEnded,
    progress,
  };
  const times = { idle: spec.idle, nowMs, startedMs: attempt.started_ms };
  if (!isEnded) facts.limit ??= await idleLimit(store, job.run_id, times);
  return { job, scheduler, spec, attempts, attempt, progress, facts };
}

/** Whether a job on a spot target must move to meet its deadline. */
function moveIsDue(
  { deadline, fallback, maxSteps, saveSteps }: TrainingFile,
  { job, nowMs }: { job: JobRow; nowMs: number },
): boolean {
  if (deadline === undefined || fallback === undefined) return false;
  const step = job.step ?? 0;
  return isMoveDue({
    nowMs,
    deadlineMs: Date.parse(deadline),
    stepsLeft: maxSteps - (step - (step % saveSteps)),
    stepMs: sightOf(job)?.stepMs ?? undefined,
  });
}

/** A settled attempt, which needs no further polling. */
const ENDED: AttemptSight = { isClaimed: true, isAlive: false, exit: undefined };

/**
 * Moves the start of an attempt to the time at which its machine was allocated: queue time is not billed. Until then it
 * moves with the clock.
 */
async function keepStart(
  store: Store,
  { job, attempt, sight, nowMs }: { job: JobRow; attempt: AttemptRow; sight: AttemptSight; nowMs: number },
): Promise<void> {
  if (!sight.isClaimed || sight.unreachable !== undefined) return;
  const isQueued = sight.phase === "queued";
  const knownMs = Math.min(nowMs, Math.round(sight.startedMs ?? attempt.started_ms)); // clocks of clusters may be ahead
  const startedMs = isQueued ? nowMs : Math.max(attempt.started_ms, knownMs);
  if (!isQueued) await markStarted(store, job.run_id, startedMs);
  if (startedMs === attempt.started_ms) return;
  attempt.started_ms = startedMs;
  await store.write(async (db) => {
    await db
      .updateTable("job_attempts")
      .set({ started_ms: startedMs })
      .where("job_no", "=", job.job_no)
      .where("attempt", "=", attempt.attempt)
      .execute();
  });
}

/**
 * Ends of attempts that are not interruptions: a pause, a reclaimed spot machine, and insufficient memory that is
 * retried with less.
 */
function isExpected(outcome: string): boolean {
  return (
    outcome === "paused" || outcome.startsWith("preempted") || outcome.startsWith("interrupted: out of GPU memory")
  );
}

/** An attempt that ended, for the back-off. One without a step made no progress. */
function endedAttempt(row: AttemptRow): { endedMs: number; isFruitless: boolean }[] {
  if (row.ended_ms === null) return [];
  const from = Number(/checkpoint-(\d+)$/.exec(row.resumed_from ?? "")?.[1] ?? 0);
  const isFruitless = !isExpected(row.outcome ?? "") && (row.last_step ?? 0) <= from;
  return [{ endedMs: row.ended_ms, isFruitless }];
}

import type { Clock } from "../../base/clock.ts";
import { parseMoney } from "../../base/money.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import type { Engine } from "../../launch/engines/engine.ts";
import type { AttemptSight, Scheduler } from "../../launch/schedulers/scheduler.ts";
import type { JobFacts, StopReason } from "../../launch/supervise/decide.ts";
import type { Store } from "../../store/open-store.ts";
import { markStarted } from "../../track/scheduled-run.ts";
import { type AttemptRow, attemptsMs, attemptsOf, type JobRow, picoFor, specOf } from "./job-rows.ts";
import { placedAttempt } from "./training-targets.ts";

/** What supervises: its lease, the engines, the tracker that trainers of this machine can reach. */
export type Supervisor = {
  store: Store;
  instance: string;
  engines: Readonly<Record<TrainingFile["engine"], Engine>>;
  /** URL of the server that holds the store; undefined where none runs: metrics are imported afterwards. */
  trackerUrl: string | undefined;
  /** Token that trainers send to it; default: none. */
  trackerToken?: string | undefined;
  now: Clock;
  log: (line: string) => void;
};

/** A job as it was seen. */
export type Seen = {
  job: JobRow;
  scheduler: Scheduler;
  spec: TrainingFile;
  attempts: AttemptRow[];
  attempt: AttemptRow | undefined;
  facts: JobFacts;
};

/** Looks at a job: what is known of it, and what can be seen of its newest attempt. */
export async function lookAtJob({ store, engines, now }: Supervisor, job: JobRow, scheduler: Scheduler): Promise<Seen> {
  const spec = specOf(job);
  const attempts = await attemptsOf(store, job.job_no);
  const attempt = attempts.at(-1);
  const nowMs = now().getTime();
  const stop =
    job.stop_reason === null || job.stop_asked_ms === null
      ? undefined
      : { reason: job.stop_reason as StopReason, askedMs: job.stop_asked_ms };
  const facts: JobFacts = {
    nowMs,
    maxAttempts: spec.maxAttempts,
    interruptions: attempts.filter(
      ({ attempt: number, outcome }) => number > job.resumed_after && outcome !== null && outcome !== "paused",
    ).length,
    isPaused: job.state === "paused",
    stallMs: spec.stallSec * 1000,
    graceMs: spec.graceSec * 1000,
    stop,
    isWithinBudget: isWithinBudget(spec, attemptsMs(attempts, nowMs)),
    attempt: undefined,
  };
  if (attempt === undefined) return { job, scheduler, spec, attempts, attempt, facts };
  const isEnded = attempt.ended_ms !== null;
  const sight = isEnded ? ENDED : await scheduler.observe(await placedAttempt(job, attempt.attempt));
  if (!isEnded && !scheduler.isHere) {
    await keepStart(store, { job, attempt, sight, nowMs });
    facts.isWithinBudget = isWithinBudget(spec, attemptsMs(attempts, nowMs));
  }
  const found = await engines[spec.engine].progress(job.folder);
  // what an earlier attempt left is not progress of this one
  const timeMs = (found?.timeMs ?? 0) - (sight.aheadMs ?? 0);
  const progress = found !== undefined && timeMs >= attempt.started_ms ? { ...found, timeMs } : undefined;
  facts.attempt = {
    ...sight,
    number: attempt.attempt,
    startedMs: attempt.started_ms,
    isEnded,
    progress,
  };
  return { job, scheduler, spec, attempts, attempt, facts };
}

/** An attempt that was settled: nothing more is asked about it. */
const ENDED: AttemptSight = { isClaimed: true, isAlive: false, exit: undefined };

/**
 * Moves the start of an attempt to when its machine was given to it: what waits in a queue is not billed. Until then it
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

/** A cap is reached as soon as the grace period of a stop would pass it. */
function isWithinBudget({ usdPerHour, maxUsd, graceSec }: TrainingFile, ms: number): boolean {
  if (usdPerHour === undefined || maxUsd === undefined) return true;
  return picoFor(usdPerHour, ms + graceSec * 1000) < parseMoney(maxUsd);
}

import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Clock } from "../../base/clock.ts";
import { Failure, isSystemError } from "../../base/failure.ts";
import { parseMoney } from "../../base/money.ts";
import { verifyFrozen } from "../../curate/freeze/verify-frozen.ts";
import type { JobState, TrainingFile } from "../../domain/training-job.ts";
import type { Engine } from "../../launch/engines/engine.ts";
import { observeLocal, signalLocal, submitLocal } from "../../launch/schedulers/local/local-process.ts";
import {
  decide,
  type JobAction,
  type JobFacts,
  judgeEnd,
  type Outcome,
  type StopReason,
} from "../../launch/supervise/decide.ts";
import type { Store } from "../../store/open-store.ts";
import { updateRun } from "../../track/update-run.ts";
import { release } from "../money/budgets.ts";
import { completeCurve } from "./complete-curve.ts";
import { type AttemptRow, attemptsMs, attemptsOf, type JobRow, openJobs, picoFor, specOf } from "./job-rows.ts";
import { holdSupervision } from "./supervision-lease.ts";

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

/** How often jobs are looked at, ms. */
const LOOK_MS = 500;

/** The end of a log that is read for what went wrong, bytes. */
const LOG_TAIL_BYTES = 16_384;

type Seen = {
  job: JobRow;
  spec: TrainingFile;
  attempts: AttemptRow[];
  attempt: AttemptRow | undefined;
  facts: JobFacts;
};

/**
 * Looks at every job that has not ended, and does what is due. All it knows is in the database and in the jobs' folders,
 * so that it may be killed at any point.
 *
 * @returns jobs that have not ended; undefined where another process supervises
 */
export async function superviseOnce(supervisor: Supervisor): Promise<number | undefined> {
  const { store, instance, now, log } = supervisor;
  const jobs = await openJobs(store);
  if (jobs.length === 0) return 0;
  if (!(await holdSupervision(store, instance, now().getTime()))) return undefined;
  for (const job of jobs) {
    try {
      const seen = await look(supervisor, job);
      await act(supervisor, seen, decide(seen.facts));
    } catch (error) {
      log(`job ${job.job_id}: ${error instanceof Error ? error.message : String(error)}`); // tried again at the next look
    }
  }
  return jobs.length;
}

/** Supervises until the signal, or until `isDone` says so; `also` is done after each look at the jobs. What runs then goes on running. */
export async function supervise(
  supervisor: Supervisor,
  { signal, also, isDone }: { signal: AbortSignal; also?: () => Promise<void>; isDone?: () => Promise<boolean> },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await superviseOnce(supervisor);
      await also?.();
      if ((await isDone?.()) === true) return;
    } catch (error) {
      supervisor.log(`supervisor: ${error instanceof Error ? error.message : String(error)}`); // the database is busy
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

function attemptFolder(job: JobRow, attempt: number): string {
  return join(job.folder, "attempts", String(attempt));
}

async function look({ store, engines, now }: Supervisor, job: JobRow): Promise<Seen> {
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
  if (attempt === undefined) return { job, spec, attempts, attempt, facts };
  const sight = await observeLocal(attemptFolder(job, attempt.attempt));
  const found = await engines[spec.engine].progress(job.folder);
  // what an earlier attempt left is not progress of this one
  const progress = found !== undefined && found.timeMs >= attempt.started_ms ? found : undefined;
  facts.attempt = {
    number: attempt.attempt,
    startedMs: attempt.started_ms,
    isEnded: attempt.ended_ms !== null,
    progress,
    ...sight,
  };
  return { job, spec, attempts, attempt, facts };
}

/** A cap is reached as soon as the grace period of a stop would pass it. */
function isWithinBudget({ usdPerHour, maxUsd, graceSec }: TrainingFile, ms: number): boolean {
  if (usdPerHour === undefined || maxUsd === undefined) return true;
  return picoFor(usdPerHour, ms + graceSec * 1000) < parseMoney(maxUsd);
}

async function act(supervisor: Supervisor, seen: Seen, action: JobAction): Promise<void> {
  const { job, facts, attempt } = seen;
  switch (action.do) {
    case "launch":
      return launch(supervisor, seen, action.attempt);
    case "settle":
      return settle(supervisor, seen);
    case "end":
      return end(supervisor, seen, action);
    case "ask-stop":
      return askStop(supervisor.store, job, { reason: action.reason, nowMs: facts.nowMs });
    case "signal":
      await signalLocal(attemptFolder(job, attempt!.attempt), action.signal);
      return noteStep(supervisor.store, seen, "stopping");
    case "wait":
      return noteStep(supervisor.store, seen, "running");
    case "rest":
      return;
  }
}

/** Asks that a job stops. The first reason stays. */
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

async function noteStep(store: Store, { job, facts }: Seen, state: JobState): Promise<void> {
  const step = facts.attempt?.progress?.step ?? job.step;
  if (step === job.step && state === job.state) return;
  await store.write((db) => db.updateTable("jobs").set({ step, state }).where("job_no", "=", job.job_no).execute());
}

/**
 * Starts an attempt: its row first, then its process. Where this process is killed between the two, the next supervisor
 * starts the process of the same attempt, which the attempt's folder lets only one wrapper do.
 */
async function launch(supervisor: Supervisor, seen: Seen, number: number): Promise<void> {
  const { store, engines, trackerUrl, trackerToken } = supervisor;
  const { job, spec, facts } = seen;
  const engine = engines[spec.engine];
  const isRepeat = seen.attempt?.attempt === number;
  const reason = await unusableInput(job);
  if (reason !== undefined) return end(supervisor, seen, { state: "failed-config", reason });
  const resumeFrom = isRepeat ? (seen.attempt!.resumed_from ?? undefined) : await engine.newestCheckpoint(job.folder);
  if (!isRepeat) {
    await store.write(async (db) => {
      await db
        .insertInto("job_attempts")
        .values({
          job_no: job.job_no,
          attempt: number,
          started_ms: facts.nowMs,
          resumed_from: resumeFrom ?? null,
          ended_ms: null,
          exit_code: null,
          exit_signal: null,
          last_step: null,
          outcome: null,
        })
        .onConflict((conflict) => conflict.columns(["job_no", "attempt"]).doNothing())
        .execute();
      await db
        .updateTable("jobs")
        .set({ state: "running", reason: null, stop_reason: null, stop_asked_ms: null })
        .where("job_no", "=", job.job_no)
        .execute();
    });
    await updateRun(store, job.run_id, { status: "RUNNING", nowMs: facts.nowMs });
  }
  const tracker = trackerUrl === undefined ? undefined : { url: trackerUrl, runId: job.run_id };
  const order = engine.order({
    python: spec.python ?? "python3",
    jobFolder: job.folder,
    spec,
    resumeFrom,
    untilStep: job.until_step ?? undefined,
    tracker,
  });
  const secrets = trackerToken === undefined ? {} : { MLFLOW_TRACKING_TOKEN: trackerToken };
  await submitLocal(attemptFolder(job, number), order, secrets);
}

/**
 * Why the dataset of a job cannot be trained on; undefined where it can. A disk that fails throws: the next look tries
 * again.
 */
async function unusableInput(job: JobRow): Promise<string | undefined> {
  try {
    const { files } = JSON.parse(await readSmall(join(job.folder, "config.json"))) as { files?: string[] };
    const first = files?.[0];
    if (first === undefined) return "its config.json names no dataset file";
    const { ok } = await verifyFrozen(dirname(first), job.dataset_digest);
    return ok ? undefined : "the dataset has changed since it was frozen";
  } catch (error) {
    const isFinal =
      error instanceof SyntaxError ||
      isSystemError(error, "ENOENT", "ENOTDIR") ||
      (error instanceof Failure && error.kind !== "outside");
    if (!isFinal) throw error;
    return error.message;
  }
}

/** Judges an attempt that ended. Everything before the last write may be done twice: a killed supervisor repeats it. */
async function settle(supervisor: Supervisor, seen: Seen): Promise<void> {
  const { store, engines } = supervisor;
  const { job, spec, facts } = seen;
  const { exit, progress } = facts.attempt!;
  const engine = engines[spec.engine];
  const verdict = await engine.verify(job.folder, spec.maxSteps);
  const outcome = judgeEnd({
    exit,
    stop: facts.stop?.reason,
    unverified: "unverified" in verdict ? verdict.unverified : undefined,
    isFinite: progress?.isFinite !== false,
    isAtPause: job.until_step !== null && (progress?.step ?? 0) >= job.until_step,
    logTail: await readTail(join(attemptFolder(job, facts.attempt!.number), "log.txt")),
  });
  await completeCurve(store, job.run_id, { values: await engine.logged(job.folder), nowMs: facts.nowMs });
  const modelSha256 = outcome.state === "done-verified" && "modelSha256" in verdict ? verdict.modelSha256 : null;
  await close(supervisor, seen, { outcome, modelSha256 });
}

async function end(
  supervisor: Supervisor,
  seen: Seen,
  { state, reason }: { state: "stopped" | "over-budget" | "failed-infra" | "failed-config"; reason: string },
): Promise<void> {
  await close(supervisor, seen, { outcome: { state, reason }, modelSha256: null });
}

type Ending = {
  outcome: Outcome | { state: "failed-infra"; reason: string };
  modelSha256: string | null;
};

async function close({ store }: Supervisor, seen: Seen, { outcome, modelSha256 }: Ending): Promise<void> {
  const { job, facts, attempt } = seen;
  const { state, reason } = outcome;
  const { nowMs } = facts;
  const isOver = state !== "interrupted" && state !== "paused";
  const isAsked = state === "stopped" || state === "paused";
  const status = state === "done-verified" ? "FINISHED" : isAsked ? "KILLED" : "FAILED";
  await updateRun(store, job.run_id, { status, endMs: nowMs, nowMs });
  if (isOver) await release(store, job.run_id, new Date(nowMs));
  const step = facts.attempt?.progress?.step ?? null;
  await store.write(async (db) => {
    if (attempt !== undefined && attempt.ended_ms === null) {
      await db
        .updateTable("job_attempts")
        .set({
          ended_ms: endOf(facts),
          exit_code: facts.attempt?.exit?.code ?? null,
          exit_signal: facts.attempt?.exit?.signal ?? null,
          last_step: step,
          outcome: reason === null ? state : `${state}: ${reason}`,
        })
        .where("job_no", "=", job.job_no)
        .where("attempt", "=", attempt.attempt)
        .execute();
    }
    await db
      .updateTable("jobs")
      .set({
        state: state === "interrupted" ? "queued" : state,
        reason,
        step: step ?? job.step,
        model_sha256: modelSha256,
        ended_ms: isOver ? nowMs : null,
      })
      .where("job_no", "=", job.job_no)
      .execute();
  });
}

/** When an attempt ended: as its wrapper saw it, within what is possible; else now. */
function endOf({ attempt, nowMs }: JobFacts): number {
  const seenMs = Math.round(attempt?.exit?.endedMs ?? nowMs);
  return Math.max(attempt?.startedMs ?? 0, Math.min(nowMs, seenMs));
}

async function readSmall(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function readTail(path: string): Promise<string> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const tail = Buffer.alloc(Math.min(size, LOG_TAIL_BYTES));
      await file.read(tail, 0, tail.length, size - tail.length);
      return tail.toString("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "";
    throw error;
  }
}

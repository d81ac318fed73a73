import { runToken } from "../../accounts/run-token.ts";
import { Failure, isSystemError } from "../../base/failure.ts";
import { verifyFrozen } from "../../curate/freeze/verify-frozen.ts";
import { markScheduled, markStarted } from "../../track/scheduled-run.ts";
import { updateRun } from "../../track/update-run.ts";
import type { RunLimit } from "../../launch/schedulers/scheduler.ts";
import { runLimitMs } from "../../launch/supervise/budget-guard.ts";
import { endJob } from "./end-attempt.ts";
import { readInputs } from "./job-inputs.ts";
import type { Store } from "../../store/open-store.ts";
import type { JobRow } from "./job-rows.ts";
import { guardFacts, noteRefusal } from "./job-sight.ts";
import type { Seen, Supervisor } from "./look-at-job.ts";
import { placedAttempt } from "./training-targets.ts";

/**
 * Starts an attempt: its row first, then its process. If this process is killed in between, the next supervisor starts
 * the process of the same attempt; the attempt's folder allows only one wrapper.
 */
export async function launchAttempt(supervisor: Supervisor, seen: Seen, number: number): Promise<void> {
  const { store, engines } = supervisor;
  const { job, spec, facts } = seen;
  const engine = engines[spec.engine];
  const isRepeat = seen.attempt?.attempt === number;
  const reason = await unusableInput(job);
  if (reason !== undefined) return endJob(supervisor, seen, { state: "failed-config", reason });
  const resumeFrom = isRepeat ? (seen.attempt!.resumed_from ?? undefined) : await engine.newestCheckpoint(job.folder);
  if (isRepeat) await noteLaterStart(store, seen);
  else if (!(await noteAttempt(store, seen, { number, resumeFrom }))) return; // the next look decides on what is true now
  if (seen.scheduler.isHere) {
    await markStarted(store, job.run_id, facts.nowMs);
    await updateRun(store, job.run_id, { status: "RUNNING", nowMs: facts.nowMs });
  } else await markScheduled(store, job.run_id);
  const { tracker, secrets } = trackerOf(supervisor, seen);
  const order = engine.order({
    python: spec.python ?? "python3",
    jobFolder: job.folder,
    spec,
    resumeFrom,
    untilStep: job.until_step ?? undefined,
    tracker,
  });
  const metrics: Record<string, string> =
    spec.idle === undefined ? {} : { MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING: "true" };
  const measured = { ...order, env: { ...order.env, ...metrics }, limit: limitOfAttempt(seen, number) };
  const placed = await placedAttempt(job, number);
  try {
    await seen.scheduler.submit(placed, measured, secrets);
    noteRefusal(store, job, { attempt: number, said: undefined });
  } catch (error) {
    noteRefusal(store, job, { attempt: number, said: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

/** When the wrapper of an attempt ends it; undefined without a cap or a time limit. */
function limitOfAttempt({ job, spec, attempts, facts, scheduler }: Seen, number: number): RunLimit | undefined {
  const { nowMs, graceMs } = facts;
  const earlier = attempts.filter(({ attempt }) => attempt < number);
  const runMs = runLimitMs(guardFacts(spec, { job, attempts: earlier, nowMs }));
  if (runMs === undefined) return undefined;
  return { runMs, graceMs, ...(scheduler.isHere ? { startedMs: nowMs } : {}) };
}

/** An attempt that no process took starts now: the time since its row was written is not billed. */
async function noteLaterStart(store: Store, { job, attempt, facts }: Seen): Promise<void> {
  await markScheduled(store, job.run_id);
  await store.write((db) =>
    db
      .updateTable("job_attempts")
      .set({ started_ms: facts.nowMs })
      .where("job_no", "=", job.job_no)
      .where("attempt", "=", attempt!.attempt)
      .execute(),
  );
}

/**
 * Writes the row of a new attempt. False if the job has ended, was stopped or has another attempt since it was looked at:
 * to start it again would be paid again.
 */
async function noteAttempt(
  store: Store,
  { job, spec, facts }: Seen,
  { number, resumeFrom }: { number: number; resumeFrom: string | undefined },
): Promise<boolean> {
  return store.write(async (db) => {
    const { numUpdatedRows } = await db
      .updateTable("jobs")
      .set({ state: "running", reason: null, stop_reason: null, stop_asked_ms: null })
      .where("job_no", "=", job.job_no)
      .where("ended_ms", "is", null)
      .where("stop_reason", job.stop_reason === null ? "is" : "=", job.stop_reason)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom("job_attempts")
              .select("attempt")
              .where("job_no", "=", job.job_no)
              .where("attempt", ">=", number),
          ),
        ),
      )
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return false;
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
        usd_per_hour: spec.usdPerHour ?? null,
      })
      .execute();
    return true;
  });
}

/** Lifetime of the token of a run without `maxHours`, hours: longer than any attempt that is not restarted. */
const TOKEN_HOURS = 30 * 24;

/**
 * Tracker of an attempt, and the token that its trainer sends to it. A tracker on the loopback address is unreachable
 * for other machines: they get its public address and a token for this run only, or their metrics are imported.
 */
function trackerOf(
  { trackerUrl, trackerToken }: Supervisor,
  { job, scheduler, spec, facts }: Seen,
): { tracker: { url: string; runId: string } | undefined; secrets: Record<string, string> } {
  const reached = scheduler.isHere ? trackerUrl : scheduler.trackerUrl;
  if (trackerUrl === undefined || reached === undefined) return { tracker: undefined, secrets: {} };
  const tracker = { url: reached, runId: job.run_id };
  if (trackerToken === undefined) return { tracker, secrets: {} };
  const expiresMs = facts.nowMs + Math.ceil((spec.maxHours ?? TOKEN_HOURS) * 3_600_000);
  const token = scheduler.isHere ? trackerToken : runToken(trackerToken, { runId: job.run_id, expiresMs });
  return { tracker, secrets: { MLFLOW_TRACKING_TOKEN: token } };
}

/**
 * Reason why the dataset of a job cannot be trained on; undefined if it can. A disk failure throws, so that the next
 * poll retries.
 */
async function unusableInput(job: JobRow): Promise<string | undefined> {
  try {
    const inputs = await readInputs(job);
    if (inputs === undefined) return "its config.json names no dataset file";
    const { ok } = await verifyFrozen(inputs.dataset, job.dataset_digest);
    if (!ok) return "the dataset has changed since it was frozen";
    if (inputs.evaluation === null || (await verifyFrozen(inputs.evaluation)).ok) return undefined;
    return "the evaluation set has changed since it was frozen";
  } catch (error) {
    const isFinal =
      error instanceof SyntaxError ||
      isSystemError(error, "ENOENT", "ENOTDIR") ||
      (error instanceof Failure && error.kind !== "outside");
    if (!isFinal) throw error;
    return error.message;
  }
}

import { Failure } from "../../base/failure.ts";
import { parseMoney } from "../../base/money.ts";
import { SweepFile, type TrialState } from "../../domain/sweep.ts";
import { TrainingFile } from "../../domain/training-job.ts";
import type { LoggedValue } from "../../launch/engines/engine.ts";
import type { Store } from "../../store/open-store.ts";
import { picoFor } from "../../launch/supervise/running-cost.ts";
import type { JobRow } from "../training/job-rows.ts";
import { promoteJob } from "../training/resume-training.ts";
import { askStop, type Supervisor } from "../training/supervise.ts";
import { holdSupervision } from "../training/supervision-lease.ts";
import type { Pricing } from "../money/pricing.ts";
import { beginTrials } from "./begin-trials.ts";
import { shareAmount } from "./share-amount.ts";
import { queueTrial } from "./queue-trial.ts";
import { setState, settle, type SweepLook, trialEndMs, untilOf } from "./sweep-look.ts";
import { bookOf, forgetBook, type SweepEvent } from "./sweep-book.ts";
import { openSweeps, type SweepRow, type TrialRow, trialsOf } from "./sweep-rows.ts";
import { jobTimes } from "./trial-times.ts";

/** Stored reason of a sweep that stops because its budget is spent; it ends as over-budget. */
const BUDGET_SPENT = "its budget is spent";

/** Advances every sweep that has not ended, after the jobs: reads values, decides, starts trials. */
export async function advanceSweeps(supervisor: Supervisor, pricing: Pricing): Promise<void> {
  const { store, instance, now } = supervisor;
  const sweeps = await openSweeps(store);
  if (sweeps.length === 0 || !(await holdSupervision(store, instance, now().getTime()))) return;
  for (const sweep of sweeps) {
    if (sweep.state === "awaiting-approval") continue;
    try {
      await advance(supervisor, sweep, pricing);
    } catch (error) {
      // what was decided in memory may not be in the log: it is read again next time
      forgetBook(supervisor.store, sweep.sweep_no);
      supervisor.log(`sweep ${sweep.sweep_id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function advance(supervisor: Supervisor, sweep: SweepRow, pricing: Pricing): Promise<void> {
  const { store } = supervisor;
  const spec = SweepFile.parse(JSON.parse(sweep.spec));
  const base = TrainingFile.parse(JSON.parse(sweep.base));
  const book = await bookOf(store, sweep, spec);
  const trials = await trialsOf(store, sweep.sweep_no);
  const times = await jobTimes(store, sweep, (supervisor.steady ?? supervisor.now)().getTime());
  const spentMs = [...times.values()].reduce((sum, { ms }) => sum + ms, 0);
  const jobs = await jobsOf(store, trials);
  const look = { supervisor, pricing, sweep, spec, base, book, trials, jobs, times, spentMs };
  for (const trial of trials) if (trial.state === "running") await followTrial(look, trial);
  if (sweep.state === "running" && isSpent(look)) {
    await setState(look, "stopping", BUDGET_SPENT);
    const begun = await trialsOf(store, sweep.sweep_no); // some were queued just now
    await stopAll({ ...look, trials: begun, jobs: await jobsOf(store, begun) }, "over-budget");
  } else if (sweep.state === "running") {
    const begun = { ...look, trials: await trialsOf(store, sweep.sweep_no) };
    await beginTrials(begun);
    await shareAmount(begun);
  } else {
    await stopAll(look, "user");
  }
}

async function jobsOf({ db }: Store, trials: readonly TrialRow[]): Promise<Map<string, JobRow>> {
  const ids = trials.flatMap(({ job_id, state }) => (job_id === null || state === "done" ? [] : [job_id]));
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("jobs").selectAll().where("job_id", "in", ids).execute();
  return new Map(rows.map((row) => [row.job_id, row]));
}

/**
 * Whether the amount is used up, after paying for the end of every trial that runs or starts without a further decision:
 * one that was just begun, or whose attempt was interrupted.
 */
function isSpent({ supervisor, sweep, spec, base, spentMs, jobs, trials }: SweepLook): boolean {
  if (spec.maxUsd === undefined || base.usdPerHour === undefined) return false;
  const open = [...jobs.values()].filter(({ ended_ms, state }) => ended_ms === null && state !== "paused").length;
  const begun = trials.filter(({ state, job_id }) => state === "running" && job_id === null).length;
  const endMs = (open + begun) * trialEndMs({ supervisor, sweep, base });
  return picoFor(base.usdPerHour, spentMs + endMs) >= parseMoney(spec.maxUsd);
}

/** Reads the new values of a trial, and records the end of its job. */
async function followTrial(look: SweepLook, trial: TrialRow): Promise<void> {
  const job = trial.job_id === null ? undefined : look.jobs.get(trial.job_id);
  if (job === undefined) {
    // a job that is queued now would outlive the sweep; a resumed sweep queues it
    if (look.sweep.state === "running") await queueTrial(look, trial);
    return;
  }
  // a promotion that was logged before its job was notified
  if (job.state === "paused" && (job.until_step ?? 0) < trial.until_step) {
    return promote(look, trial, job);
  }
  for (const { step, value } of await newValues(look, trial, job)) {
    const decision = look.book.report(trial.trial, step, Number.isFinite(value) ? value : null);
    const event = { kind: "report", trial: trial.trial, step, value: Number.isFinite(value) ? value : null, decision };
    if (decision === "go-on") await note(look, event);
    else await settle(look, trial, { event, state: decision === "stop" ? "stopped" : "paused" });
    if (decision === "stop") await askStop(look.supervisor.store, job, { reason: "sweep", nowMs: nowOf(look) });
    if (decision !== "go-on") return;
  }
  const isPausedUnseen = job.state === "paused";
  if (job.ended_ms === null && !isPausedUnseen) return;
  // a sweep that stops keeps its running trials, which continue when it is resumed
  if (look.sweep.state !== "running" && (job.state === "stopped" || job.state === "over-budget")) return;
  // promotion in separate runs: the job is finished, the trial is not
  const state: TrialState = job.state === "done-verified" && trial.until_step >= look.base.maxSteps ? "done" : "failed";
  look.book.end(trial.trial, state);
  await settle(look, trial, { event: ending(trial, state), state });
  if (isPausedUnseen) await askStop(look.supervisor.store, job, { reason: "sweep", nowMs: nowOf(look) });
}

/** Continues the paused job of a promoted trial; ends the sweep if no budget has its cap left. */
async function promote(look: SweepLook, trial: TrialRow, job: JobRow): Promise<void> {
  const { supervisor, pricing, spec } = look;
  try {
    await promoteJob(supervisor.store, job, {
      untilStep: untilOf(look, trial.until_step),
      isHeldBySweep: spec.maxUsd !== undefined,
      place: { pricing, now: supervisor.now },
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "over_budget") throw error;
    await setState(look, "stopping", error.message);
  }
}

/** New values of the compared metric, by step. */
async function newValues(
  { supervisor, spec, base, book }: SweepLook,
  trial: TrialRow,
  job: JobRow,
): Promise<LoggedValue[]> {
  const logged = await supervisor.engines[base.engine].logged(job.folder);
  const after = book.lastStep(trial.trial) ?? 0;
  const isOwn = spec.rungSchedule === "own";
  return logged
    .filter(({ key, step }) => key === spec.metric && step > after && step <= trial.until_step)
    .filter(({ step }) => !isOwn || step === trial.until_step)
    .toSorted((a, b) => a.step - b.step);
}

function ending({ trial }: TrialRow, decision: string): SweepEvent {
  return { kind: "end", trial, step: null, value: null, decision };
}

function nowOf({ supervisor }: SweepLook): number {
  return supervisor.now().getTime();
}

/** Appends an event to the log; the book already contains it. */
async function note(look: SweepLook, event: SweepEvent): Promise<void> {
  await look.supervisor.store.write((db) =>
    db
      .insertInto("sweep_events")
      .values({ sweep_no: look.sweep.sweep_no, seq: look.book.count + 1, ...event })
      .execute(),
  );
  look.book.count += 1;
}

/** Stops running trials; when none is running, ends the sweep. */
async function stopAll(look: SweepLook, reason: "user" | "over-budget"): Promise<void> {
  const open = [...look.jobs.values()].filter(({ ended_ms }) => ended_ms === null);
  for (const job of open) await askStop(look.supervisor.store, job, { reason, nowMs: nowOf(look) });
  if (open.length > 0) return;
  const isOver = look.sweep.reason === BUDGET_SPENT;
  await setState(look, isOver ? "over-budget" : "stopped", look.sweep.reason);
}

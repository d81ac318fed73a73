import { parseMoney } from "../../base/money.ts";
import { type SweepFile, SweepPlan, type TrialState, TrialValues } from "../../domain/sweep.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import { axesOf, placeOf } from "../../launch/sweep/search/parameter.ts";
import { suggestValues } from "../../launch/sweep/search/suggest.ts";
import { mean } from "../../statistics/mean.ts";
import { askStop } from "../training/supervise.ts";
import { picoFor } from "../../launch/supervise/running-cost.ts";
import type { Prepared } from "./prepared-sweep.ts";
import { setState, settle, type SweepLook, trialEndMs } from "./sweep-look.ts";
import { AHEAD } from "./sweep-book.ts";
import type { Ahead } from "../../launch/sweep/stopping/stopping.ts";
import { stoppingOf } from "./stopping-of.ts";
import type { TrialRow } from "./sweep-rows.ts";

/** Reason of a sweep that ended because what is left of its amount starts no further trial. */
export const NOT_COVERED = "its budget does not cover another trial";

/** Margin on the time of trials so far, for the next one. */
const CAUTION = 1.25;

/**
 * Fills the free workers: with a promotion if one is due, otherwise with a new trial; ends the sweep if there is none.
 */
export async function beginTrials(look: SweepLook): Promise<void> {
  const { spec, trials } = look;
  let busy = trials.filter((trial) => isBusy(look, trial)).length;
  const why = failedStarts(look);
  if (why !== undefined) return busy > 0 ? undefined : finish(look, why, "failed");
  for (; busy < spec.workers; busy++) {
    const canBegin = mayBegin(look);
    const isPaid = canPay(look, firstSteps(look));
    if (await promoteOne(look, canBegin && isPaid ? "more" : busy > 0 ? "running" : "idle")) continue;
    if (canBegin && isPaid && (await beginOne(look))) continue;
    if (await beginQueued(look)) continue;
    if (busy > 0) return;
    if (!(await confirmBest(look))) {
      if (canBegin && !isPaid && trials.length === 0) {
        return finish(look, "its budget does not cover the end of one trial", "over-budget");
      }
      return finish(look, canBegin && !isPaid ? NOT_COVERED : null);
    }
    busy -= 1;
  }
}

/** Number of newest trials that failed before their first step, after which a sweep begins no more. */
const FAILED_STARTS = 3;

/** Ends of a job whose cause is not one of the searched values: its Python, its files, its machine. */
const NOT_BY_VALUES: ReadonlySet<string> = new Set(["failed-config", "failed-code", "failed-infra"]);

/** Why no further trial would start: the newest all failed before their first step. Undefined if they did not. */
function failedStarts({ trials, jobs, book, sweep }: SweepLook): string | undefined {
  const { retriedAfter = 0 } = JSON.parse(sweep.prepared) as Prepared;
  const newest = trials
    .filter(({ trial, state }) => trial > retriedAfter && (state === "failed" || book.lastStep(trial) !== undefined))
    .slice(-FAILED_STARTS);
  const failed = newest.flatMap(({ trial, job_id, state }) => {
    const job = job_id === null ? undefined : jobs.get(job_id);
    const isStart = state === "failed" && book.lastStep(trial) === undefined && NOT_BY_VALUES.has(job?.state ?? "");
    return isStart ? [job!] : [];
  });
  if (failed.length < FAILED_STARTS) return undefined;
  return `${FAILED_STARTS} trials in a row failed before their first step; the last: ${failed.at(-1)!.reason ?? failed.at(-1)!.state}`;
}

/** Whether a worker is busy; it is free when the process of its trial has ended. */
export function isBusy({ jobs }: SweepLook, { state, job_id }: TrialRow): boolean {
  if (state === "running") return true;
  const job = job_id === null ? undefined : jobs.get(job_id);
  return job !== undefined && job.ended_ms === null && job.state !== "paused";
}

function searched(trials: readonly TrialRow[]): TrialRow[] {
  return trials.filter(({ kind }) => kind !== "confirm");
}

function mayBegin({ sweep, trials }: SweepLook): boolean {
  if (trials.some(({ kind }) => kind === "confirm")) return false;
  const { trials: limit } = SweepPlan.parse(JSON.parse(sweep.plan));
  return limit === null || searched(trials).length < limit;
}

function firstSteps({ sweep, spec }: SweepLook): number {
  return stoppingOf(sweep, spec).firstSteps;
}

/**
 * Whether the amount pays for a trial to its first rung, next to those that have begun and have no value yet, and for
 * the end of all. Without a measurement, the first trials need only the amount for their end.
 */
function canPay(look: SweepLook, steps: number): boolean {
  const { spec, base, spentMs, book, trials } = look;
  if (spec.maxUsd === undefined || base.usdPerHour === undefined) return true;
  const running = trials.filter(({ state }) => state === "running");
  const begun = running.filter(({ trial }) => book.lastStep(trial) === undefined);
  const nextMs = trialMs(look, steps) ?? 0;
  const restMs = (begun.length + 1) * nextMs * CAUTION + (running.length + 1) * trialEndMs(look);
  return picoFor(base.usdPerHour, spentMs + restMs) <= parseMoney(spec.maxUsd);
}

/**
 * Time that a trial takes to a step, ms, by those so far: its start, which costs as much as many steps, and the steps.
 * Undefined before the first step.
 */
function trialMs({ times, spentMs, book, trials }: SweepLook, steps: number): number | undefined {
  const timed = [...times.values()].filter(({ step, stepMs }) => step > 0 && stepMs !== undefined);
  if (timed.length > 0) {
    const startMs = mean(timed.map(({ ms, step, stepMs, attempts }) => Math.max(0, ms - step * stepMs!) / attempts));
    return startMs + steps * mean(timed.map(({ stepMs }) => stepMs!));
  }
  const done = trials.reduce((sum, { trial }) => sum + (book.lastStep(trial) ?? 0), 0);
  return done === 0 ? undefined : (spentMs / done) * steps;
}

async function promoteOne(look: SweepLook, ahead: Ahead): Promise<boolean> {
  const { book, trials, spec } = look;
  const due = book.promote(ahead);
  if (due === undefined) return false;
  const trial = trials.find(({ trial: number }) => number === due.trial)!;
  const event = { kind: "promote", trial: due.trial, step: AHEAD.indexOf(ahead), value: null, decision: null };
  const change = { state: "running" as const, rung: trial.rung + 1, until_step: due.untilStep };
  // with separate schedules the next rung is a new job
  await settle(look, trial, { event, ...change, ...(spec.rungSchedule === "own" ? { job_id: null } : {}) });
  Object.assign(trial, change);
  return true;
}

async function beginOne(look: SweepLook): Promise<boolean> {
  const { spec, base, trials, book } = look;
  const isBaseline = trials.length === 0 && ownValues(spec, base) !== undefined;
  const before = trials.filter(({ kind }) => kind === "search").length;
  const values = isBaseline
    ? ownValues(spec, base)
    : suggestValues({ space: spec.space, search: spec.search }, { tried: book.tried(), number: before });
  if (values === undefined) return false;
  const kind = isBaseline ? "baseline" : "search";
  await insertTrial(look, { kind, values, state: "running", repeats: null, steps: firstSteps(look) });
  return true;
}

/** The training file's own values, if requested and within the space. */
function ownValues({ space, baseline, search }: SweepFile, base: TrainingFile): TrialValues | undefined {
  const axes = axesOf(space);
  if (!baseline || search.method === "grid") return undefined;
  if (axes.some((axis) => placeOf(axis, base[axis.field]) === undefined)) return undefined;
  return Object.fromEntries(axes.map(({ field }) => [field, base[field]]));
}

type NewTrial = { kind: string; values: TrialValues; state: TrialState; repeats: number | null; steps: number };

async function insertTrial(look: SweepLook, { kind, values, state, repeats, steps }: NewTrial): Promise<void> {
  const { sweep, book, trials, supervisor } = look;
  const row = {
    sweep_no: sweep.sweep_no,
    trial: (trials.at(-1)?.trial ?? 0) + 1,
    kind,
    trial_values: JSON.stringify(values),
    state,
    rung: 0,
    until_step: steps,
    job_id: null,
    repeats,
  };
  book.begin(row.trial, values, kind);
  const event = { kind: "begin", trial: row.trial, step: null, value: null, decision: null };
  await supervisor.store.write(async (db) => {
    await db.insertInto("sweep_trials").values(row).execute();
    await db
      .insertInto("sweep_events")
      .values({ sweep_no: row.sweep_no, seq: book.count + 1, ...event })
      .execute();
  });
  book.count += 1;
  trials.push(row);
}

/** Repeats the best trials with other seeds, once; returns false if nothing is to be repeated. */
async function confirmBest(look: SweepLook): Promise<boolean> {
  const { spec, base, trials, book } = look;
  if (spec.confirm === undefined || trials.some(({ kind }) => kind === "confirm")) return false;
  const ranks = new Map(book.tried().map(({ trial, score }) => [trial, score]));
  const best = trials
    .map((trial) => ({ trial, rank: ranks.get(trial.trial) }))
    .filter(({ trial, rank }) => trial.state === "done" && rank !== undefined)
    .toSorted((a, b) => a.rank! - b.rank!)
    .slice(0, spec.confirm.best);
  for (const { trial } of best) {
    const values = TrialValues.parse(JSON.parse(trial.trial_values));
    for (let seed = 1; seed <= spec.confirm.seeds; seed++) {
      const other = { ...values, seed: Number(values.seed ?? base.seed) + seed };
      await insertTrial(look, {
        kind: "confirm",
        values: other,
        state: "queued",
        repeats: trial.trial,
        steps: base.maxSteps,
      });
    }
  }
  return best.length > 0;
}

async function beginQueued({ supervisor, sweep, trials }: SweepLook): Promise<boolean> {
  const next = trials.find(({ state }) => state === "queued");
  if (next === undefined) return false;
  await supervisor.store.write((db) =>
    db
      .updateTable("sweep_trials")
      .set({ state: "running" })
      .where("sweep_no", "=", sweep.sweep_no)
      .where("trial", "=", next.trial)
      .execute(),
  );
  next.state = "running";
  return true;
}

/** Ends the sweep: trials that are still paused were not promoted. */
async function finish(
  look: SweepLook,
  reason: string | null,
  state: "done" | "failed" | "over-budget" = "done",
): Promise<void> {
  const { supervisor, jobs } = look;
  for (const job of jobs.values()) {
    if (job.ended_ms === null)
      await askStop(supervisor.store, job, { reason: "sweep", nowMs: supervisor.now().getTime() });
  }
  await setState(look, state, reason);
}

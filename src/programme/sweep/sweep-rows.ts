import { Failure } from "../../base/failure.ts";
import { formatMoney } from "../../base/money.ts";
import {
  type Sweep,
  SweepFile,
  SweepList,
  SweepPlan,
  SweepState,
  type SweepTrial,
  TrialState,
  TrialValues,
} from "../../domain/sweep.ts";
import { JobState, TrainingFile } from "../../domain/training-job.ts";
import { fieldImportance } from "../../launch/sweep/importance.ts";
import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { picoFor } from "../../launch/supervise/running-cost.ts";
import { bestOf, usdPerPoint } from "./sweep-result.ts";
import { jobTimes } from "./trial-times.ts";

/** A sweep as stored. */
export type SweepRow = Row<"sweeps">;

/** A trial as stored. */
export type TrialRow = Row<"sweep_trials">;

/** Sweeps that have not ended, oldest first. */
export function openSweeps({ db }: Pick<Store, "db">): Promise<SweepRow[]> {
  return db.selectFrom("sweeps").selectAll().where("ended_ms", "is", null).orderBy("sweep_no").execute();
}

/** Trials of a sweep, oldest first. */
export function trialsOf({ db }: Pick<Store, "db">, sweepNo: number): Promise<TrialRow[]> {
  return db.selectFrom("sweep_trials").selectAll().where("sweep_no", "=", sweepNo).orderBy("trial").execute();
}

/** The row of one sweep by its id or its first characters. @throws Failure not_found, bad_input */
export async function findSweep({ db }: Pick<Store, "db">, id: string): Promise<SweepRow> {
  if (!/^[\da-f]{4,12}$/i.test(id)) {
    throw new Failure("bad_input", `"${id}" is not the id of a sweep`, {
      hint: "give 4 to 12 hexadecimal digits, as tunewright sweep show lists them",
    });
  }
  const found = await db
    .selectFrom("sweeps")
    .selectAll()
    .where("sweep_id", "like", `${id.toLowerCase()}%`)
    .orderBy("sweep_no")
    .limit(2)
    .execute();
  if (found.length > 1)
    throw new Failure("bad_input", `several sweeps have an id that starts with ${id}`, {
      hint: "give more characters of the id: tunewright sweep show",
    });
  if (found.length === 1) return found[0]!;
  throw new Failure("not_found", `no sweep ${id}`, { hint: "tunewright sweep show" });
}

/** One sweep by its id or its first characters. @throws Failure not_found; bad_input if several ids match */
export async function showSweep(store: Pick<Store, "db">, id: string, nowMs: number): Promise<Sweep> {
  return asSweep(store, await findSweep(store, id), nowMs);
}

/** All sweeps, newest first, without their trials. */
export async function listSweeps(store: Pick<Store, "db">, nowMs: number): Promise<SweepList> {
  const rows = await store.db.selectFrom("sweeps").selectAll().orderBy("sweep_no", "desc").execute();
  const sweeps = await Promise.all(rows.map((row) => asSweep(store, row, nowMs)));
  return { sweeps: sweeps.map((sweep) => SweepList.shape.sweeps.element.strip().parse(sweep)) };
}

/** A sweep as REST shows it. */
async function asSweep(store: Pick<Store, "db">, row: SweepRow, nowMs: number): Promise<Sweep> {
  const spec = SweepFile.parse(JSON.parse(row.spec));
  const base = TrainingFile.parse(JSON.parse(row.base));
  const times = await jobTimes(store, row, nowMs);
  const usdOf = (ms: number): string | null =>
    base.usdPerHour === undefined ? null : formatMoney(picoFor(base.usdPerHour, ms));
  const trials = await shownTrials(store, row, (trial) =>
    usdOf([...times.values()].filter((one) => one.trial === trial).reduce((sum, { ms }) => sum + ms, 0)),
  );
  const spentUsd = usdOf([...times.values()].reduce((sum, { ms }) => sum + ms, 0));
  const sign = spec.goal === "maximize" ? -1 : 1;
  const done = trials.filter(({ state, value }) => state === "done" && value !== null);
  return {
    id: row.sweep_id,
    name: spec.name,
    programme: row.programme,
    state: SweepState.parse(row.state),
    reason: row.reason,
    metric: spec.metric,
    goal: spec.goal,
    plan: planOf(row),
    maxUsd: spec.maxUsd ?? null,
    spentUsd,
    best: bestOf(trials, sign),
    importance: fieldImportance(
      spec.space,
      done.map(({ values, value }) => ({ values, score: sign * value! })),
    ),
    approvedBy: row.approved_by,
    usdPerPoint: usdPerPoint(trials, { sign, spentUsd }),
    createdAt: new Date(row.created_ms).toISOString(),
    endedAt: row.ended_ms === null ? null : new Date(row.ended_ms).toISOString(),
    trials,
  };
}

function planOf({ plan }: Pick<SweepRow, "plan">): SweepPlan {
  return SweepPlan.parse(JSON.parse(plan));
}

async function shownTrials(
  store: Pick<Store, "db">,
  row: SweepRow,
  usdOf: (trial: number) => string | null,
): Promise<SweepTrial[]> {
  const rows = await trialsOf(store, row.sweep_no);
  // asha passes rungs without a promotion
  const passable = SweepFile.parse(JSON.parse(row.spec)).stopping.rule === "asha" ? planOf(row).rungs : [];
  const reports = await store.db
    .selectFrom("sweep_events")
    .select(["trial", "step", "value"])
    .where("sweep_no", "=", row.sweep_no)
    .where("kind", "=", "report")
    .orderBy("seq")
    .execute();
  const points = new Map<number, [number, number | null][]>();
  for (const { trial, step, value } of reports) points.set(trial, [...(points.get(trial) ?? []), [step!, value]]);
  const jobs = await store.db.selectFrom("jobs").select(["job_id", "state"]).execute();
  const states = new Map(jobs.map(({ job_id, state }) => [job_id, JobState.parse(state)]));
  return rows.map((trial) => {
    const own = points.get(trial.trial) ?? [];
    const last = own.at(-1);
    return {
      trial: trial.trial,
      kind: trial.kind as SweepTrial["kind"],
      values: TrialValues.parse(JSON.parse(trial.trial_values)),
      repeats: trial.repeats,
      // what the end of its sweep interrupted does not run: `sweep resume` continues it
      state: trial.state === "running" && row.ended_ms !== null ? "paused" : TrialState.parse(trial.state),
      rung: Math.max(trial.rung, passable.filter((step) => step < (last?.[0] ?? 0)).length),
      step: last?.[0] ?? null,
      value: last?.[1] ?? null,
      usd: usdOf(trial.trial),
      jobId: trial.job_id,
      jobState: trial.job_id === null ? null : (states.get(trial.job_id) ?? null),
      points: own,
    };
  });
}

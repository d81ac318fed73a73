import type { SweepFile, TrialState } from "../../domain/sweep.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import { LOCAL_TARGET } from "../../domain/training-target.ts";
import { schedulerOf } from "../../launch/schedulers/schedulers.ts";
import { stopMs } from "../../launch/supervise/budget-guard.ts";
import { sweepHolder } from "../money/budget-state.ts";
import { release } from "../money/budgets.ts";
import type { Pricing } from "../money/pricing.ts";
import type { JobRow } from "../training/job-rows.ts";
import { lookMsOf } from "../training/job-sight.ts";
import type { Supervisor } from "../training/supervise.ts";
import type { Prepared } from "./prepared-sweep.ts";
import type { SweepBook, SweepEvent } from "./sweep-book.ts";
import type { SweepRow, TrialRow } from "./sweep-rows.ts";
import type { JobTime } from "./trial-times.ts";

/** Working data of one pass over a sweep. */
export type SweepLook = {
  supervisor: Supervisor;
  pricing: Pricing;
  sweep: SweepRow;
  spec: SweepFile;
  base: TrainingFile;
  book: SweepBook;
  trials: TrialRow[];
  jobs: ReadonlyMap<string, JobRow>;
  times: ReadonlyMap<string, JobTime>;
  /** Time of all its attempts so far, ms. */
  spentMs: number;
};

/** Step at which a job pauses; null if it runs to its end. */
export function untilOf({ base, spec }: Pick<SweepLook, "base" | "spec">, untilStep: number): number | null {
  return untilStep >= base.maxSteps || spec.rungSchedule === "own" ? null : untilStep;
}

/** Time that a trial may still cost money after a poll, if it is asked to stop at the next one, ms. */
export function trialEndMs({ supervisor, sweep, base }: Pick<SweepLook, "supervisor" | "sweep" | "base">): number {
  const { target } = JSON.parse(sweep.prepared) as Prepared;
  const scheduler = schedulerOf(target?.target ?? LOCAL_TARGET, supervisor.env);
  const lookMs = Math.max(scheduler.lookMs, lookMsOf(supervisor.store));
  return stopMs({ graceMs: base.graceSec * 1000, lookMs });
}

/** Writes an event together with the change of its trial. */
export async function settle(
  look: Pick<SweepLook, "supervisor" | "sweep" | "book">,
  trial: TrialRow,
  { event, ...change }: { event: SweepEvent; state: TrialState; rung?: number; until_step?: number; job_id?: null },
): Promise<void> {
  const { sweep_no } = look.sweep;
  await look.supervisor.store.write(async (db) => {
    await db
      .insertInto("sweep_events")
      .values({ sweep_no, seq: look.book.count + 1, ...event })
      .execute();
    await db
      .updateTable("sweep_trials")
      .set(change)
      .where("sweep_no", "=", sweep_no)
      .where("trial", "=", trial.trial)
      .execute();
  });
  look.book.count += 1;
}

/** Sets the state of a sweep. */
export async function setState(
  { supervisor, sweep }: Pick<SweepLook, "supervisor" | "sweep">,
  state: string,
  reason: string | null,
): Promise<void> {
  const isOver = state !== "running" && state !== "stopping";
  if (isOver) await release(supervisor.store, sweepHolder(sweep.sweep_id), supervisor.now());
  await supervisor.store.write((db) =>
    db
      .updateTable("sweeps")
      .set({ state, reason, ended_ms: isOver ? supervisor.now().getTime() : null })
      .where("sweep_no", "=", sweep.sweep_no)
      .execute(),
  );
}

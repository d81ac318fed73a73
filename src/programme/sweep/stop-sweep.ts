import { Failure } from "../../base/failure.ts";
import { parseMoney } from "../../base/money.ts";
import { type Sweep, SweepFile } from "../../domain/sweep.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { TrainingFile } from "../../domain/training-job.ts";
import { sweepHolder } from "../money/budget-state.ts";
import { reserve } from "../money/budgets.ts";
import { approvalThreshold, needsApproval } from "../training/approve-training.ts";
import { type JobRow, specOf } from "../training/job-rows.ts";
import { reopening, requireFiles, type ResumePlace } from "../training/resume-training.ts";
import { NOT_COVERED } from "./begin-trials.ts";
import type { Prepared } from "./prepared-sweep.ts";
import { trialCap } from "./queue-trial.ts";
import { sweepApprovalReason } from "./start-sweep.ts";
import { findSweep, showSweep, type SweepRow, trialsOf } from "./sweep-rows.ts";
import { jobTimes } from "./trial-times.ts";

/**
 * Requests that a sweep stops: no further trial begins, and running ones save a checkpoint.
 *
 * @throws Failure not_found; check_failed if it has ended
 */
export async function stopSweep(store: Store, id: string, nowMs: number): Promise<Sweep> {
  const sweep = await findSweep(store, id);
  if (sweep.ended_ms !== null) {
    throw new Failure("check_failed", `sweep ${sweep.sweep_id} has ended: ${sweep.state}`, {
      hint: "tunewright sweep show",
    });
  }
  await store.write((db) =>
    db
      .updateTable("sweeps")
      .set({ state: "stopping", reason: "stopped by request" })
      .where("sweep_no", "=", sweep.sweep_no)
      .where("state", "in", ["running", "awaiting-approval"])
      .execute(),
  );
  return showSweep(store, sweep.sweep_id, nowMs);
}

/**
 * Continues a stopped sweep: its running trials from their checkpoints, its search from its log. It waits for approval if
 * its amount needs one and nobody has approved that amount.
 *
 * @param maxUsd a new amount, instead of the one in its file
 * @throws Failure not_found; check_failed if it is running or completed; over_budget
 */
export async function resumeSweep(
  store: Store,
  { id, maxUsd }: { id: string; maxUsd?: string | undefined },
  place: ResumePlace,
): Promise<Sweep> {
  const sweep = await findSweep(store, id);
  const isShort = sweep.state === "done" && sweep.reason === NOT_COVERED;
  if (sweep.ended_ms === null || (sweep.state === "done" && !(isShort && maxUsd !== undefined))) {
    throw new Failure("check_failed", `sweep ${sweep.sweep_id} cannot be resumed: it is ${sweep.state}`, {
      hint: isShort
        ? `give it more: tunewright sweep resume ${sweep.sweep_id} --max-usd USD`
        : `tunewright sweep show ${sweep.sweep_id}`,
    });
  }
  for (const job of await jobsToReopen(store, sweep.sweep_no)) requireFiles(job);
  const spec = SweepFile.parse(JSON.parse(sweep.spec));
  if (maxUsd !== undefined && spec.maxUsd !== undefined && parseMoney(maxUsd) < parseMoney(spec.maxUsd)) {
    throw new Failure("bad_input", `the new budget of ${maxUsd} USD is lower than the current ${spec.maxUsd} USD`, {
      hint: "give a higher budget, or omit it to keep the current one",
    });
  }
  const resumed = { ...spec, ...(maxUsd === undefined ? {} : { maxUsd }) };
  const base = TrainingFile.parse(JSON.parse(sweep.base));
  const approveAboveUsd = await approvalThreshold(place.folderOf(sweep.programme));
  const isApproved = sweep.approved_by !== null && resumed.maxUsd === spec.maxUsd;
  const waits = !isApproved && needsApproval({ ...base, maxUsd: resumed.maxUsd }, approveAboveUsd);
  const retriedAfter = (await trialsOf(store, sweep.sweep_no)).at(-1)?.trial ?? 0;
  const prepared: Prepared = { ...(JSON.parse(sweep.prepared) as Prepared), retriedAfter };
  const change = {
    state: waits ? "awaiting-approval" : "running",
    reason: waits ? sweepApprovalReason(approveAboveUsd) : null,
    approved_by: isApproved ? sweep.approved_by : null,
    ended_ms: null,
    spec: JSON.stringify(resumed),
    prepared: JSON.stringify(prepared),
  };
  const resume = (db: Db): Promise<unknown> =>
    db.updateTable("sweeps").set(change).where("sweep_no", "=", sweep.sweep_no).execute();
  const files = { sweep, spec: resumed, base };
  if (resumed.maxUsd === undefined) {
    if (!waits) await reopenTrials(store, files, place);
    await store.write(resume);
  } else {
    const trials = waits ? [] : await stoppedTrials(store, files, place.now().getTime());
    const held = { runId: sweepHolder(sweep.sweep_id), usd: resumed.maxUsd, experiment: base.experiment, tags: [] };
    await reserve(store, held, {
      pricing: place.pricing,
      now: place.now(),
      alongside: async (db) => {
        for (const { reopen } of trials) await reopen(db);
        await resume(db);
      },
    });
  }
  return showSweep(store, sweep.sweep_id, place.now().getTime());
}

type SweepFiles = { sweep: SweepRow; spec: SweepFile; base: TrainingFile };

/** Reopens the jobs that the stop of a sweep ended, each with the cap that the amount of the sweep leaves it. */
export async function reopenTrials(
  store: Store,
  files: SweepFiles,
  { pricing, now }: Pick<ResumePlace, "pricing" | "now">,
): Promise<void> {
  for (const { job, run, reopen } of await stoppedTrials(store, files, now().getTime())) {
    if (job.trialState !== "running" || files.spec.maxUsd !== undefined || run.maxUsd === undefined) {
      await store.write(reopen);
      continue;
    }
    const held = { runId: job.run_id, usd: run.maxUsd, experiment: run.experiment, tags: [] };
    await reserve(store, held, { pricing, now: now(), alongside: reopen });
  }
}

/** A job that the stop of a sweep ended, its run with the cap that is left for it, and the update that reopens it. */
type StoppedTrial = {
  job: JobRow & { trialState: string };
  run: TrainingFile;
  reopen: (db: Db) => Promise<unknown>;
};

async function stoppedTrials(store: Store, { sweep, spec, base }: SweepFiles, nowMs: number): Promise<StoppedTrial[]> {
  const times = await jobTimes(store, sweep, nowMs);
  const spentMs = [...times.values()].reduce((sum, { ms }) => sum + ms, 0);
  const jobs = await jobsToReopen(store, sweep.sweep_no);
  return Promise.all(
    jobs.map(async (job) => {
      const cap = trialCap({ spec, base, spentMs: spentMs - (times.get(job.job_id)?.ms ?? 0) });
      const run: TrainingFile = { ...specOf(job), ...(cap === undefined ? {} : { maxUsd: cap }) };
      const state = job.trialState === "running" ? "queued" : "paused";
      const reopen = await reopening(store, job, { spec: run, state, reason: null, approvedBy: job.approved_by });
      return { job, run, reopen };
    }),
  );
}

/** Jobs of trials that have not ended, which the stop of their sweep ended. */
async function jobsToReopen(store: Store, sweepNo: number): Promise<(JobRow & { trialState: string })[]> {
  const found: (JobRow & { trialState: string })[] = [];
  for (const { state, job_id } of await trialsOf(store, sweepNo)) {
    // a trial that waits for its promotion had its job stopped too
    if (job_id === null || (state !== "running" && state !== "paused")) continue;
    const job = await store.db.selectFrom("jobs").selectAll().where("job_id", "=", job_id).executeTakeFirstOrThrow();
    if (job.ended_ms !== null && job.state !== "done-verified") found.push({ ...job, trialState: state });
  }
  return found;
}

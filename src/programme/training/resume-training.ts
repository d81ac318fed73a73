import { Failure } from "../../base/failure.ts";
import { parseMoney } from "../../base/money.ts";
import { JobState, type TrainingFile, type TrainingJob } from "../../domain/training-job.ts";
import { limitOf } from "../../launch/supervise/budget-guard.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { reserve } from "../money/budgets.ts";
import { attemptsOf, findJob, type JobRow, showJob, specOf } from "./job-rows.ts";
import { guardFacts } from "./job-sight.ts";
import { hasFiles } from "./missing-folder.ts";
import { approvalReason, approvalThreshold, needsApproval } from "./approve-training.ts";
import type { StartPlace } from "./start-training.ts";

/** States from which a job cannot be resumed, each with the reason. */
const FINAL: Partial<Record<JobState, string>> = {
  "done-verified": "it has already finished",
  diverged: "its loss was not finite; start a new job with a lower learning rate",
};

/** Where a job is resumed. */
export type ResumePlace = Pick<StartPlace, "pricing" | "now"> & {
  /** Folder of a programme, whose limit for approvals holds. @throws Failure not_found */
  folderOf: (programme: string) => string;
};

/**
 * Continues an ended job from its newest complete checkpoint, as a new attempt of the same job. Its attempts so far no
 * longer count towards `maxAttempts`. It waits for approval if its cap needs one and nobody has approved that amount.
 *
 * @param maxUsd a new cap, instead of the one in its file
 * @throws Failure not_found; check_failed if it is running or completed; over_budget
 */
export async function resumeTraining(
  store: Store,
  { id, maxUsd }: { id: string; maxUsd?: string | undefined },
  place: ResumePlace,
): Promise<TrainingJob> {
  const job = await findJob(store, id);
  const state = JobState.parse(job.state);
  if (job.ended_ms === null) {
    throw new Failure("check_failed", `job ${job.job_id} has not ended: ${state}`, {
      hint: `tunewright train show ${job.job_id}`,
    });
  }
  const why = FINAL[state];
  if (why !== undefined)
    throw new Failure("check_failed", `job ${job.job_id} cannot be resumed: ${why}`, {
      hint: `tunewright train show ${job.job_id}`,
    });
  requireFiles(job);
  const spec = withCap(job, maxUsd);
  await requireRest(store, job, { spec, nowMs: place.now().getTime() });
  const approveAboveUsd = await approvalThreshold(place.folderOf(job.programme));
  const isApproved = job.approved_by !== null && spec.maxUsd === specOf(job).maxUsd;
  const waits = !isApproved && needsApproval(spec, approveAboveUsd);
  const reopen = await reopening(store, job, {
    spec,
    state: waits ? "awaiting-approval" : "queued",
    reason: waits ? approvalReason(approveAboveUsd) : null,
    approvedBy: isApproved ? job.approved_by : null,
  });
  if (spec.maxUsd === undefined) await store.write(reopen);
  else {
    const held = { runId: job.run_id, usd: spec.maxUsd, experiment: spec.experiment, tags: [] };
    await reserve(store, held, { pricing: place.pricing, now: place.now(), alongside: reopen });
  }
  return showJob(store, job.job_id, place.now().getTime());
}

/**
 * A job continues only where it was started: its configuration and its checkpoints name the folders of that place.
 *
 * @throws Failure check_failed if its files are not there
 */
export function requireFiles({ job_id, folder }: Pick<JobRow, "job_id" | "folder">): void {
  if (hasFiles({ folder })) return;
  throw new Failure("check_failed", `job ${job_id} cannot be resumed: its files are no longer in ${folder}`, {
    hint: "move the programme folder back there, or start a new run: tunewright train start",
  });
}

/** @throws Failure over_budget, check_failed if the job would end again at once, at its cap or its time limit */
async function requireRest(
  store: Store,
  job: JobRow,
  { spec, nowMs }: { spec: TrainingFile; nowMs: number },
): Promise<void> {
  const attempts = await attemptsOf(store, job.job_no);
  const limit = limitOf(guardFacts(spec, { job, attempts, nowMs }));
  if (limit === undefined) return;
  const isCap = limit.reason === "over-budget";
  const what = isCap ? `its cap of ${spec.maxUsd} USD` : `its limit of ${spec.maxHours} hours`;
  throw new Failure(
    isCap ? "over_budget" : "check_failed",
    `job ${job.job_id} cannot be resumed: ${what} leaves no time to train`,
    {
      hint: isCap
        ? `raise the cap: tunewright train resume ${job.job_id} --max-usd USD`
        : "start a new run with a higher maxHours: tunewright train start",
    },
  );
}

/** The update that continues an ended job, for a transaction; the supervisor acts on its new state. */
export async function reopening(
  store: Store,
  job: JobRow,
  to: { spec: TrainingFile; state: JobState; reason: string | null; approvedBy: string | null },
): Promise<(db: Db) => Promise<unknown>> {
  const attempts = await attemptsOf(store, job.job_no);
  const change = {
    state: to.state,
    reason: to.reason,
    approved_by: to.approvedBy,
    ended_ms: null,
    stop_reason: null,
    stop_asked_ms: null,
    resumed_after: attempts.at(-1)?.attempt ?? 0,
    spec: JSON.stringify(to.spec),
  };
  return (db) =>
    db.updateTable("jobs").set(change).where("job_no", "=", job.job_no).where("ended_ms", "is not", null).execute();
}

function withCap(job: JobRow, maxUsd: string | undefined): TrainingFile {
  const spec = specOf(job);
  if (maxUsd === undefined) return spec;
  if (spec.usdPerHour === undefined) {
    throw new Failure("bad_input", "a cap requires usdPerHour, which the training file does not set", {
      hint: "add usdPerHour to the training file and start a new job",
    });
  }
  if (spec.maxUsd !== undefined && parseMoney(maxUsd) < parseMoney(spec.maxUsd)) {
    throw new Failure("bad_input", `the new cap of ${maxUsd} USD is lower than the current ${spec.maxUsd} USD`, {
      hint: "give a higher cap, or omit it to keep the current one",
    });
  }
  return { ...spec, maxUsd };
}

/** Continues a paused job, to a step at which it pauses again, or to its end. Has no effect if it is not paused. */
export async function promoteJob(
  store: Store,
  job: Pick<JobRow, "job_id" | "run_id" | "spec">,
  to: { untilStep: number | null; isHeldBySweep: boolean; place: Pick<StartPlace, "pricing" | "now"> },
): Promise<void> {
  const { maxUsd, experiment } = specOf(job);
  const promote = (db: Db): Promise<unknown> =>
    db
      .updateTable("jobs")
      .set({ state: "queued", until_step: to.untilStep })
      .where("job_id", "=", job.job_id)
      .where("state", "=", "paused")
      .execute();
  if (maxUsd === undefined || to.isHeldBySweep) await store.write(promote);
  else {
    const held = { runId: job.run_id, usd: maxUsd, experiment, tags: [] };
    await reserve(store, held, { pricing: to.place.pricing, now: to.place.now(), alongside: promote });
  }
}

import { Failure } from "../../base/failure.ts";
import { parseMoney } from "../../base/money.ts";
import { JobState, type TrainingFile, type TrainingJob } from "../../domain/training-job.ts";
import type { Store } from "../../store/open-store.ts";
import { reserve } from "../money/budgets.ts";
import { attemptsOf, findJob, type JobRow, showJob, specOf } from "./job-rows.ts";
import type { StartPlace } from "./start-training.ts";

/** States from which a job cannot be resumed, each with the reason. */
const FINAL: Partial<Record<JobState, string>> = {
  "done-verified": "it has already finished",
  diverged: "its loss was not finite; start a new job with a lower learning rate",
};

/**
 * Continues an ended job from its newest complete checkpoint, as a new attempt of the same job. Its attempts so far no
 * longer count towards `maxAttempts`.
 *
 * @param maxUsd a new cap, instead of the one in its file
 * @throws Failure not_found; check_failed if it is running or completed; over_budget
 */
export async function resumeTraining(
  store: Store,
  { id, maxUsd }: { id: string; maxUsd?: string | undefined },
  place: Pick<StartPlace, "pricing" | "now">,
): Promise<TrainingJob> {
  const job = await findJob(store, id);
  const state = JobState.parse(job.state);
  if (job.ended_ms === null) {
    throw new Failure("check_failed", `job ${job.job_id} has not ended: ${state}`, { hint: "tunewright train show" });
  }
  const why = FINAL[state];
  if (why !== undefined)
    throw new Failure("check_failed", `job ${job.job_id} cannot be resumed: ${why}`, {
      hint: "tunewright train show",
    });
  const spec = withCap(job, maxUsd);
  const attempts = await attemptsOf(store, job.job_no);
  const resumedAfter = attempts.at(-1)?.attempt ?? 0;
  if (spec.maxUsd !== undefined) {
    const held = { runId: job.run_id, usd: spec.maxUsd, experiment: spec.experiment, tags: [] };
    await reserve(store, held, { pricing: place.pricing, now: place.now() });
  }
  await store.write((db) =>
    db
      .updateTable("jobs")
      .set({
        state: "queued",
        reason: null,
        ended_ms: null,
        stop_reason: null,
        stop_asked_ms: null,
        resumed_after: resumedAfter,
        spec: JSON.stringify(spec),
      })
      .where("job_no", "=", job.job_no)
      .where("ended_ms", "is not", null)
      .execute(),
  );
  return showJob(store, job.job_id, place.now().getTime());
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
export async function promoteJob(store: Store, jobId: string, untilStep: number | null): Promise<void> {
  await store.write((db) =>
    db
      .updateTable("jobs")
      .set({ state: "queued", until_step: untilStep })
      .where("job_id", "=", jobId)
      .where("state", "=", "paused")
      .execute(),
  );
}

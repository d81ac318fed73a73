import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { TrialValues } from "../../domain/sweep.ts";
import { TrainingFile } from "../../domain/training-job.ts";
import { picoFor } from "../../launch/supervise/running-cost.ts";
import { SWEEP_TAG } from "../money/budget-state.ts";
import { inputsOf } from "../training/job-inputs.ts";
import { queueTraining } from "../training/queue-training.ts";
import type { Prepared } from "./prepared-sweep.ts";
import { setState, type SweepLook, untilOf } from "./sweep-look.ts";
import type { TrialRow } from "./sweep-rows.ts";
import { jobIdOf } from "./trial-times.ts";

/** Queues the job of a trial. Its id follows from sweep, trial and rung, so that a second attempt finds the first. */
export async function queueTrial(look: SweepLook, trial: TrialRow): Promise<void> {
  const { supervisor, pricing, sweep, spec, base } = look;
  const { store, engines, now } = supervisor;
  const prepared = JSON.parse(sweep.prepared) as Prepared;
  const isOwn = spec.rungSchedule === "own";
  const cap = trialCap(look);
  const run = TrainingFile.parse({
    ...base,
    ...TrialValues.parse(JSON.parse(trial.trial_values)),
    name: `${spec.name} ${trial.trial}`,
    probeSteps: undefined,
    fallback: undefined,
    ...(isOwn ? { maxSteps: trial.until_step } : {}),
    ...(cap === undefined ? {} : { maxUsd: cap }),
  });
  const { modelDir, datasetFiles, evaluationFiles, rewardFile } = prepared;
  const renderedFrom = {
    modelDir,
    datasetFiles,
    ...(evaluationFiles === null ? {} : { evaluationFiles }),
    ...(rewardFile === undefined ? {} : { rewardFile }),
  };
  const config = engines[run.engine].render({ spec: run, ...renderedFrom });
  const until = untilOf(look, trial.until_step);
  try {
    const job = await queueTraining(
      store,
      {
        spec: run,
        config,
        found: { python: prepared.python, manifest: { digest: prepared.digest } },
        target: prepared.target,
        inputs: inputsOf(modelDir, datasetFiles, evaluationFiles ?? undefined),
        renderedFrom,
      },
      {
        programme: sweep.programme,
        dataDir: prepared.dataDir,
        pricing,
        now,
        id: jobIdOf(sweep.sweep_id, trial),
        ...(until === null ? {} : { untilStep: until }),
        isHeldBySweep: spec.maxUsd !== undefined,
        tags: { [SWEEP_TAG]: sweep.sweep_id, "tunewright.trial": String(trial.trial) },
      },
    );
    await store.write((db) =>
      db
        .updateTable("sweep_trials")
        .set({ job_id: job.id })
        .where("sweep_no", "=", sweep.sweep_no)
        .where("trial", "=", trial.trial)
        .execute(),
    );
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "over_budget") throw error;
    await setState(look, "stopping", error.message);
  }
}

/**
 * Cap of a trial: that of the training file, limited by the amount left of the sweep.
 *
 * @param sweep.spentMs  time of the other trials
 */
export function trialCap({ spec, base, spentMs }: Pick<SweepLook, "spec" | "base" | "spentMs">): string | undefined {
  if (spec.maxUsd === undefined || base.usdPerHour === undefined) return base.maxUsd;
  const left = parseMoney(spec.maxUsd) - picoFor(base.usdPerHour, spentMs);
  const own = base.maxUsd === undefined ? left : parseMoney(base.maxUsd);
  return formatMoney(own < left ? own : left);
}

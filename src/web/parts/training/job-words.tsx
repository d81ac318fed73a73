import type { ReactNode } from "react";

import type { SweepState, TrialState } from "../../../domain/sweep.ts";
import type { JobState, TrainingJob } from "../../../domain/training-job.ts";
import { ShareBar } from "../share-bar.tsx";
import { shownUsd } from "../words.ts";

const TONES: Readonly<Partial<Record<JobState | SweepState | TrialState, string>>> = {
  "awaiting-approval": "warn",
  running: "live",
  stopping: "warn",
  paused: "warn",
  done: "good",
  "done-verified": "good",
  "done-unverified": "warn",
  stopped: "warn",
  "over-budget": "warn",
  "over-time": "warn",
  diverged: "bad",
  failed: "bad",
  "failed-config": "bad",
  "failed-oom": "bad",
  "failed-code": "bad",
  "failed-infra": "bad",
};

/** State of a job, a sweep or a trial in words, with a mark. */
export function StateMark({ state }: { state: JobState | SweepState | TrialState }): ReactNode {
  return <span className={`state ${TONES[state] ?? ""}`}>{state.replaceAll("-", " ")}</span>;
}

/** Progress of a job. */
export function StepMeter({ job }: { job: Pick<TrainingJob, "step" | "maxSteps"> }): ReactNode {
  const step = job.step ?? 0;
  return (
    <>
      <div>
        {step.toLocaleString()} of {job.maxSteps.toLocaleString()}
      </div>
      <ShareBar share={step / job.maxSteps} label="of its steps" isGoal />
    </>
  );
}

/** Spending of a job or a sweep, and its share of the cap. */
export function CapMeter({ spentUsd, maxUsd }: Pick<TrainingJob, "spentUsd" | "maxUsd">): ReactNode {
  if (spentUsd === null) return <span className="soft">unpriced</span>;
  if (maxUsd === null) return <>{shownUsd(spentUsd)} USD, no cap</>;
  return (
    <>
      <div>
        {shownUsd(spentUsd)} of {shownUsd(maxUsd)} USD
      </div>
      <ShareBar share={Number(spentUsd) / Number(maxUsd)} label="of its cap" />
    </>
  );
}

/** Whether the model of a job is verified to be complete. */
export function Verified({ job }: { job: TrainingJob }): ReactNode {
  if (job.modelSha256 !== null || job.modelId !== null) return <span className="state good">verified</span>;
  return job.endedAt === null ? (
    <span className="soft">not yet</span>
  ) : (
    <span className="state warn">not verified</span>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Input, Label, TextField } from "react-aria-components";

import type { TrainingJob } from "../../../domain/training-job.ts";
import { postJson } from "../../api.ts";
import { ConfirmButton } from "../confirm-button.tsx";
import { sayDone } from "../toasts.tsx";
import { ApproveCost, useMayApprove } from "./approve-cost.tsx";

/** Final states: the job cannot be resumed. */
const FINAL: readonly string[] = ["done-verified", "diverged"];

/** Approves a job that waits for it, stops one that has not ended, or resumes one that can continue, after confirmation. */
export function JobActions({ job }: { job: TrainingJob }): ReactNode {
  const mayApprove = useMayApprove();
  if (job.state === "awaiting-approval" && mayApprove) {
    return (
      <div className="toolbar">
        <ApproveCost of={job} path={`/training/jobs/${job.id}/approve`} />
        <StopJob job={job} />
      </div>
    );
  }
  if (job.endedAt === null) return <StopJob job={job} />;
  return FINAL.includes(job.state) ? null : <ResumeJob job={job} />;
}

function StopJob({ job }: { job: TrainingJob }): ReactNode {
  const queries = useQueryClient();
  return (
    <ConfirmButton
      label="Stop"
      name={`Stop ${job.name}`}
      title={`Stop ${job.name}?`}
      onConfirm={async () => {
        await postJson<TrainingJob>(`/training/jobs/${job.id}/stop`, {});
        await queries.invalidateQueries({ queryKey: ["training"] });
        sayDone({ text: `${job.name} is stopping` });
      }}
    >
      <p>It saves a checkpoint at its next step and ends. You can resume it from there.</p>
    </ConfirmButton>
  );
}

function ResumeJob({ job }: { job: TrainingJob }): ReactNode {
  const queries = useQueryClient();
  const [maxUsd, setMaxUsd] = useState("");
  const typed = maxUsd.trim();
  return (
    <ConfirmButton
      label="Resume"
      name={`Resume ${job.name}`}
      title={`Resume ${job.name}?`}
      onConfirm={async () => {
        await postJson<TrainingJob>(`/training/jobs/${job.id}/resume`, {
          id: job.id,
          ...(typed === "" ? {} : { maxUsd: typed }),
        });
        await queries.invalidateQueries({ queryKey: ["training"] });
        setMaxUsd("");
        sayDone({ text: `${job.name} is queued` });
      }}
    >
      <p>It continues from its newest complete checkpoint as a new attempt, which costs money.</p>
      {job.usdPerHour === null ? null : (
        <TextField className="field" value={maxUsd} onChange={setMaxUsd}>
          <Label>New cap in USD{job.maxUsd === null ? "" : `; empty keeps ${job.maxUsd}`}</Label>
          <Input className="input" inputMode="decimal" />
        </TextField>
      )}
    </ConfirmButton>
  );
}

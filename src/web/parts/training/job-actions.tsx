import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Input, Label, TextField } from "react-aria-components";

import type { TrainingJob } from "../../../domain/training-job.ts";
import { postJson } from "../../api.ts";
import { useSession } from "../../session.ts";
import { ConfirmButton } from "../confirm-button.tsx";
import { sayDone } from "../toasts.tsx";

/** Final states: the job cannot be resumed. */
const FINAL: readonly string[] = ["done-verified", "diverged"];

/** Approves a job that waits for it, stops one that has not ended, or resumes one that can continue, after confirmation. */
export function JobActions({ job }: { job: TrainingJob }): ReactNode {
  const role = useSession()?.role;
  const mayApprove = role === "finance" || role === "admin";
  if (job.state === "awaiting-approval" && mayApprove) {
    return (
      <div className="toolbar">
        <ApproveJob job={job} />
        <StopJob job={job} />
      </div>
    );
  }
  if (job.endedAt === null) return <StopJob job={job} />;
  return FINAL.includes(job.state) ? null : <ResumeJob job={job} />;
}

/** Asks for the approver, unless an account is signed in, and approves the cost of a job. */
function ApproveJob({ job }: { job: TrainingJob }): ReactNode {
  const account = useSession()?.name ?? null;
  const queries = useQueryClient();
  const [by, setBy] = useState("");
  return (
    <ConfirmButton
      label="Approve"
      name={`Approve ${job.name}`}
      title={`Approve ${job.name}?`}
      onConfirm={async () => {
        const who = account ?? by.trim();
        await postJson<TrainingJob>(`/training/jobs/${job.id}/approve`, { id: job.id, by: who });
        await queries.invalidateQueries({ queryKey: ["training"] });
        sayDone({ text: `${job.name} approved by ${who}` });
      }}
    >
      <p>
        {job.maxUsd === null ? "It has a price and no cap." : `It may cost up to ${job.maxUsd} USD.`} It then starts,
        and the approver stays on record.
      </p>
      {account === null ? (
        <TextField className="field" value={by} onChange={setBy} isRequired>
          <Label>Person who approves</Label>
          <Input className="input" />
        </TextField>
      ) : null}
    </ConfirmButton>
  );
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

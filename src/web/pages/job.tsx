import "../training.css";
import "../run.css";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useParams } from "react-router";

import type { JobAttempt, TrainingJob } from "../../domain/training-job.ts";
import { getJson } from "../api.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Page } from "../parts/page.tsx";
import { Log } from "../parts/run/log.tsx";
import { Tiles } from "../parts/tiles.tsx";
import { JobActions } from "../parts/training/job-actions.tsx";
import { CapMeter, StateMark, StepMeter, Verified } from "../parts/training/job-words.tsx";
import { shownDuration, shownTime, shownUsd } from "../parts/words.ts";
import { useReadsContent } from "../session.ts";

/** One training job: its progress, spend, attempts, log, and whether its model is verified. */
export default function JobPage(): ReactNode {
  const { id = "" } = useParams();
  const readsContent = useReadsContent();
  const reading = useQuery({
    queryKey: ["training", "job", id],
    queryFn: async () => getJson<TrainingJob>(`/training/jobs/${encodeURIComponent(id)}`),
    refetchInterval: ({ state }) => (state.data?.endedAt === null ? 2_000 : false),
  });
  return (
    <Page
      title={reading.data?.name ?? "Job"}
      crumbs={<Link to="/training">Training</Link>}
      lead={(job) => <code>{job.id}</code>}
      mark={(job) => <StateMark state={job.state} />}
      actions={(job) => (
        <>
          <Link className="button" to={`/runs/${job.runId}`}>
            Curves
          </Link>
          <JobActions job={job} />
        </>
      )}
      reading={reading}
    >
      {(job) => (
        <div className="stack">
          {job.reason === null ? null : <p className="notice">{job.reason}</p>}
          {job.forecast === null || job.forecast.capStep === null ? null : (
            <p className="notice warn">
              At {job.forecast.secPerStep.toPrecision(3)} s a step its cap ends it at about step {job.forecast.capStep}{" "}
              of {job.maxSteps}; the whole run would cost {shownUsd(job.forecast.endUsd ?? "0")} USD.
            </p>
          )}
          <Figures job={job} />
          <Attempts attempts={job.attempts} />
          {readsContent ? (
            <section className="panel stack" aria-labelledby="job-log">
              <h2 id="job-log">Log</h2>
              <Log runId={job.runId} isLive={job.endedAt === null} />
            </section>
          ) : null}
        </div>
      )}
    </Page>
  );
}

function Figures({ job }: { job: TrainingJob }): ReactNode {
  const { modelSha256, modelId } = job;
  return (
    <Tiles
      tiles={[
        { term: "Steps", value: <StepMeter job={job} />, detail: job.engine },
        {
          term: "Spent and cap",
          value: <CapMeter spentUsd={job.spentUsd} maxUsd={job.maxUsd} />,
          detail: priceText(job),
        },
        {
          term: "Model",
          value: <Verified job={job} />,
          detail: modelId ?? (modelSha256 === null ? "no hash yet" : <code>SHA-256 {modelSha256.slice(0, 16)}</code>),
        },
        {
          term: "Dataset",
          value: <code>{job.datasetDigest.slice(0, 12)}</code>,
          detail: "digest of the frozen version",
        },
      ]}
    />
  );
}

/** Price of a job, and while it runs what it will cost. */
function priceText({ usdPerHour, forecast }: TrainingJob): string {
  if (usdPerHour === null) return "no usdPerHour in its training file";
  const price = `at ${usdPerHour} USD per hour`;
  if (forecast === null || forecast.checkpointUsd === null || forecast.endUsd === null) return price;
  return `${price}; forecast: ${shownUsd(forecast.checkpointUsd)} USD at the next checkpoint, ${shownUsd(forecast.endUsd)} at the end`;
}

function Attempts({ attempts }: { attempts: readonly JobAttempt[] }): ReactNode {
  return (
    <section className="panel" aria-labelledby="job-attempts">
      <h2 id="job-attempts">Attempts</h2>
      {attempts.length === 0 ? (
        <p className="soft">Not started yet.</p>
      ) : (
        <DataTable
          label="Attempts"
          head={["Attempt", "Started", "Took", "Resumed from", "Last step", "Outcome"]}
          numbers={[0, 4]}
        >
          {attempts.map((attempt) => (
            <tr key={attempt.attempt}>
              <td className="number">{attempt.attempt}</td>
              <td>{shownTime(attempt.startedAt)}</td>
              <td>{shownDuration(lengthSec(attempt))}</td>
              <td>{attempt.resumedFrom?.split("/").at(-1) ?? "the start"}</td>
              <td className="number">{attempt.lastStep ?? "unknown"}</td>
              <td className="job-reason">{attempt.outcome ?? "running"}</td>
            </tr>
          ))}
        </DataTable>
      )}
    </section>
  );
}

function lengthSec({ startedAt, endedAt }: JobAttempt): number {
  return Math.max(0, ((endedAt === null ? Date.now() : Date.parse(endedAt)) - Date.parse(startedAt)) / 1000);
}

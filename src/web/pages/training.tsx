import "../training.css";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { SweepList } from "../../domain/sweep.ts";
import type { JobList, TrainingJob } from "../../domain/training-job.ts";
import { getJson } from "../api.ts";
import { DataTable, NumberCell } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { JobActions } from "../parts/training/job-actions.tsx";
import { CapMeter, StateMark, StepMeter, Verified } from "../parts/training/job-words.tsx";
import { SweepActions } from "../parts/training/sweep-actions.tsx";
import { shownAge } from "../parts/words.ts";

/** Polling interval of the page, ms. */
const REFRESH_MS = 3_000;

/** Maximum number of jobs on the page; those of long sweeps are on the pages of the sweeps. */
const MOST_JOBS = 200;

const WAITING: readonly string[] = ["awaiting-approval", "queued", "paused"];

type Shown = { jobs: TrainingJob[]; sweeps: SweepList["sweeps"] };

/** Training jobs and sweeps: waiting, running with their spend, and ended with the verification of their model. */
export default function TrainingPage(): ReactNode {
  const reading = useQuery({
    queryKey: ["training"],
    queryFn: async (): Promise<Shown> => {
      const [{ jobs }, { sweeps }] = await Promise.all([
        getJson<JobList>("/training/jobs", { limit: MOST_JOBS }),
        getJson<SweepList>("/sweeps"),
      ]);
      return { jobs, sweeps };
    },
    refetchInterval: REFRESH_MS,
  });
  return (
    <Page
      title="Training"
      lead="Jobs started by Tunewright. A job is done only when its model is verified."
      reading={reading}
    >
      {({ jobs, sweeps }) =>
        jobs.length === 0 && sweeps.length === 0 ? <Nothing /> : <Lists jobs={jobs} sweeps={sweeps} />
      }
    </Page>
  );
}

function Nothing(): ReactNode {
  return (
    <Empty title="No training jobs yet">
      <p>Describe a run in a file of the programme folder, then start it.</p>
      <pre tabIndex={0}>{"tunewright train doctor\ntunewright train start training.yaml"}</pre>
    </Empty>
  );
}

function Lists({ jobs, sweeps }: Shown): ReactNode {
  const open = jobs.filter(({ endedAt }) => endedAt === null);
  const queued = open.filter(({ state }) => WAITING.includes(state)).toReversed();
  return (
    <div className="stack">
      <Jobs title="Running" jobs={open.filter((job) => !queued.includes(job))} empty="No job is running." />
      {queued.length === 0 ? null : <Jobs title="Queue" jobs={queued} empty="" />}
      {sweeps.length === 0 ? null : <Sweeps sweeps={sweeps} />}
      <Jobs title="Ended" jobs={jobs.filter(({ endedAt }) => endedAt !== null)} empty="No job has ended yet." />
      {jobs.length < MOST_JOBS ? null : <p className="soft small">The newest {MOST_JOBS} jobs.</p>}
    </div>
  );
}

function Jobs({ title, jobs, empty }: { title: string; jobs: readonly TrainingJob[]; empty: string }): ReactNode {
  const id = `jobs-${title.toLowerCase()}`;
  return (
    <section className="panel stacked" aria-labelledby={id}>
      <h2 id={id}>
        {title} <span className="soft">{jobs.length}</span>
      </h2>
      {jobs.length === 0 ? (
        <p className="soft">{empty}</p>
      ) : (
        <DataTable
          label={title}
          head={["Job", "State", "Steps", "Spent and cap", "Attempts", "Model", "Action"]}
          numbers={[4]}
        >
          {jobs.map((job) => (
            <JobLine key={job.id} job={job} />
          ))}
        </DataTable>
      )}
    </section>
  );
}

function JobLine({ job }: { job: TrainingJob }): ReactNode {
  return (
    <tr className="tall">
      <td>
        <Link to={`/training/${job.id}`}>{job.name}</Link>
        <div className="soft small">{shownAge(job.endedAt ?? job.createdAt, Date.now())}</div>
      </td>
      <td>
        <StateMark state={job.state} />
        {job.reason === null ? null : <div className="soft small job-reason">{job.reason}</div>}
      </td>
      <td data-head="Steps">
        <StepMeter job={job} />
      </td>
      <td data-head="Spent and cap">
        <CapMeter spentUsd={job.spentUsd} maxUsd={job.maxUsd} />
      </td>
      <NumberCell head="Attempts">{job.attempts.length}</NumberCell>
      <td data-head="Model">
        <Verified job={job} />
      </td>
      <td>
        <JobActions job={job} />
      </td>
    </tr>
  );
}

function Sweeps({ sweeps }: { sweeps: SweepList["sweeps"] }): ReactNode {
  return (
    <section className="panel stacked" aria-labelledby="sweeps">
      <h2 id="sweeps">
        Sweeps <span className="soft">{sweeps.length}</span>
      </h2>
      <DataTable label="Sweeps" head={["Sweep", "State", "Metric", "Trials", "Spent and cap", "Action"]} numbers={[3]}>
        {sweeps.map((sweep) => (
          <tr key={sweep.id} className="tall">
            <td>
              <Link to={`/sweeps/${sweep.id}`}>{sweep.name}</Link>
              <div className="soft small">{shownAge(sweep.endedAt ?? sweep.createdAt, Date.now())}</div>
            </td>
            <td>
              <StateMark state={sweep.state} />
              {sweep.reason === null ? null : <div className="soft small job-reason">{sweep.reason}</div>}
            </td>
            <td>
              {sweep.goal} {sweep.metric}
            </td>
            <NumberCell head="Trials">{sweep.plan.trials ?? "as many as the budget covers"}</NumberCell>
            <td data-head="Spent and cap">
              <CapMeter spentUsd={sweep.spentUsd} maxUsd={sweep.maxUsd} />
            </td>
            <td>
              <SweepActions sweep={sweep} />
            </td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

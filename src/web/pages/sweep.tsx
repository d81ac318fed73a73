import "../training.css";
import "../compare.css";

import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useMemo } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { Link, useParams, useSearchParams } from "react-router";

import type { Sweep } from "../../domain/sweep.ts";
import { getJson } from "../api.ts";
import { useChartRanges } from "../curves/chart-ranges.ts";
import { CurveChart } from "../parts/charts/curve-chart.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page, Skeleton } from "../parts/page.tsx";
import { Tiles } from "../parts/tiles.tsx";
import { CapMeter, StateMark } from "../parts/training/job-words.tsx";
import { SweepActions } from "../parts/training/sweep-actions.tsx";
import { trialCurves, trialRuns, valuesText } from "../parts/training/trial-runs.ts";
import { shownUsd, shownValue } from "../parts/words.ts";

const ParallelRuns = lazy(async () => import("../parts/compare/parallel-runs.tsx"));

const TABS = [
  { id: "trials", label: "Trials" },
  { id: "parallel", label: "Parallel coordinates" },
  { id: "curves", label: "Curves" },
] as const;

/**
 * One sweep: its trials as a table, as parallel coordinates, and as curves with the steps at which they are compared.
 */
export default function SweepPage(): ReactNode {
  const { id = "" } = useParams();
  const [words, setWords] = useSearchParams();
  const tab = TABS.find((candidate) => candidate.id === words.get("tab"))?.id ?? "trials";
  const reading = useQuery({
    queryKey: ["training", "sweep", id],
    queryFn: async () => getJson<Sweep>(`/sweeps/${encodeURIComponent(id)}`),
    refetchInterval: ({ state }) => (state.data?.endedAt === null ? 3_000 : false),
  });
  return (
    <Page
      title={reading.data?.name ?? "Sweep"}
      crumbs={<Link to="/training">Training</Link>}
      lead={({ goal, metric }) => `Search that tries to ${goal} ${metric}.`}
      mark={({ state }) => <StateMark state={state} />}
      actions={(sweep) => <SweepActions sweep={sweep} />}
      reading={reading}
    >
      {(sweep) => (
        <>
          {sweep.reason === null ? null : <p className="notice">{sweep.reason}</p>}
          <Figures sweep={sweep} />
          <Tabs
            className="tabs"
            selectedKey={tab}
            onSelectionChange={(next) => setWords(next === "trials" ? {} : { tab: String(next) }, { replace: true })}
          >
            <TabList aria-label="Views of the sweep">
              {TABS.map(({ id: key, label }) => (
                <Tab key={key} id={key} className="tab">
                  {label}
                </Tab>
              ))}
            </TabList>
            <TabPanel id="trials" className="tab-panel">
              <Trials sweep={sweep} />
            </TabPanel>
            <TabPanel id="parallel" className="tab-panel">
              <Parallel sweep={sweep} />
            </TabPanel>
            <TabPanel id="curves" className="tab-panel">
              <RungCurves sweep={sweep} />
            </TabPanel>
          </Tabs>
        </>
      )}
    </Page>
  );
}

function Figures({ sweep }: { sweep: Sweep }): ReactNode {
  const { best, usdPerPoint, importance } = sweep;
  const interval = best?.interval95;
  const first = importance[0];
  return (
    <Tiles
      tiles={[
        {
          term: "Best",
          value: best === null ? "none yet" : `trial ${best.trial}: ${shownValue(best.value)}`,
          detail:
            interval === undefined || interval === null
              ? (best?.reason ?? "no value yet")
              : `95 % interval ${shownValue(interval[0])} to ${shownValue(interval[1])} over ${best?.seeds} seeds`,
        },
        {
          term: "Spent and cap",
          value: <CapMeter spentUsd={sweep.spentUsd} maxUsd={sweep.maxUsd} />,
          detail:
            usdPerPoint === null ? whyNoGain(sweep) : `${shownUsd(usdPerPoint)} USD per 0.01 gained over the baseline`,
        },
        {
          term: "Trials",
          value: `${sweep.trials.length} of ${sweep.plan.trials ?? "as many as the budget covers"}`,
          detail: `${sweep.trials.filter(({ state }) => state === "done").length} finished`,
        },
        {
          term: "Matters most",
          value: first === undefined ? "still unknown" : first.field,
          detail: first === undefined ? "needs ten trials" : `${Math.round(100 * first.share)} % of total importance`,
        },
      ]}
    />
  );
}

/** Reason why the cost of a gain over the baseline is not shown. */
function whyNoGain({ spentUsd, trials }: Sweep): string {
  if (spentUsd === null) return "its machine has no price";
  const isKnown = trials.some(({ kind, state }) => kind === "baseline" && state === "done");
  return isKnown ? "no finished trial beats the baseline" : "no finished baseline to compare with";
}

function Trials({ sweep }: { sweep: Sweep }): ReactNode {
  return (
    <DataTable
      label="Trials"
      head={["Trial", "Values", "State", "Rung", "Step", sweep.metric, "USD"]}
      numbers={[0, 3, 4, 5, 6]}
    >
      {sweep.trials.map((trial) => (
        <tr key={trial.trial} aria-current={trial.trial === sweep.best?.trial}>
          <td className="number">
            {trial.jobId === null ? trial.trial : <Link to={`/training/${trial.jobId}`}>{trial.trial}</Link>}
          </td>
          <td className="job-reason">
            {valuesText(trial)}
            {trial.trial === sweep.best?.trial ? <span className="badge accent">best</span> : null}
            {trial.kind === "search" ? null : <span className="badge">{trial.kind}</span>}
          </td>
          <td>
            <StateMark state={trial.state} />
          </td>
          <td className="number">{trial.rung}</td>
          <td className="number">{trial.step ?? "none"}</td>
          <td className="number">{trial.value === null ? "none" : shownValue(trial.value)}</td>
          <td className="number">{trial.usd === null ? "unpriced" : shownUsd(trial.usd)}</td>
        </tr>
      ))}
    </DataTable>
  );
}

function Parallel({ sweep }: { sweep: Sweep }): ReactNode {
  const runs = useMemo(() => trialRuns(sweep), [sweep]);
  return (
    <Suspense fallback={<Skeleton />}>
      <ParallelRuns runs={runs} what="trials" />
    </Suspense>
  );
}

/** The only view: trials are compared at steps. */
const BY_STEP = { axis: "step", isLog: false, smoothing: 0 } as const;

function RungCurves({ sweep }: { sweep: Sweep }): ReactNode {
  const curves = useMemo(() => trialCurves(sweep.trials), [sweep]);
  const ranges = useChartRanges();
  const { rungs, maxSteps } = sweep.plan;
  if (curves.length === 0)
    return <Empty title="No values yet">Curves appear when a trial logs its first points. {sweep.metric}.</Empty>;
  const inner = rungs.filter((step) => step < maxSteps);
  return (
    <div className="stack">
      <p className="soft small job-rungs">
        {inner.length === 0
          ? "No trial stops before its last step."
          : `Trials are compared at ${inner.length === 1 ? "step" : "steps"} ${inner.join(", ")}: the dashed lines. The last step is ${maxSteps}.`}
      </p>
      <CurveChart title={sweep.metric} curves={curves} view={BY_STEP} ranges={ranges} group="sweep" rungs={inner} />
    </div>
  );
}

import "../run.css";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { Button, Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { Link, useParams } from "react-router";

import type { TrackedRun } from "../../domain/tracked-run.ts";
import { putWord, useAddress } from "../address.ts";
import { callMlflow } from "../api.ts";
import { axisMetric, type CurveView, type StepValues } from "../curves/curve-data.ts";
import { useCurveView } from "../curves/curve-view.ts";
import type { Curves } from "../curves/curve.ts";
import { useLiveRun } from "../live-run.ts";
import { NOTE_TAG } from "../run-edit.ts";
import { useReadsContent } from "../session.ts";
import { ChartGrid } from "../parts/charts/chart-grid.tsx";
import { Page, Skeleton } from "../parts/page.tsx";
import { Artifacts } from "../parts/run/artifacts.tsx";
import { Datasets } from "../parts/run/datasets.tsx";
import { Log } from "../parts/run/log.tsx";
import { MetricSummary } from "../parts/run/metric-summary.tsx";
import { Note } from "../parts/run/note.tsx";
import { Params } from "../parts/run/params.tsx";
import { RunFigures } from "../parts/run/run-figures.tsx";
import { useRunMoney } from "../parts/run/run-meter.tsx";
import { RunModels } from "../parts/run/run-models.tsx";
import { Tags } from "../parts/run/tags.tsx";
import { RunState } from "../parts/run-state.tsx";
import { attempt, sayDone } from "../parts/toasts.tsx";

const TABS = [
  { id: "charts", label: "Charts" },
  { id: "overview", label: "Overview" },
  { id: "artifacts", label: "Artifacts" },
  { id: "log", label: "Log" },
] as const;

/** Tabs that show data that a run read or wrote. */
const CONTENT_TABS: ReadonlySet<string> = new Set(["artifacts", "log"]);

/** One run: its state, its live curves, its inputs, its files and its log. */
export default function RunPage(): ReactNode {
  const { id = "" } = useParams();
  const [view, setView] = useCurveView();
  const { run, curves, xs, error } = useLiveRun(id, axisMetric(view.axis));
  const money = useRunMoney(id);
  const isPriced = money.data !== undefined || money.isError; // the page waits for it, so that nothing moves
  const [words, edit] = useAddress();
  const readsContent = useReadsContent();
  const tabs = TABS.filter(({ id: part }) => readsContent || !CONTENT_TABS.has(part));
  const tab = tabs.find((candidate) => candidate.id === words.get("tab"))?.id ?? "charts";
  return (
    <Page
      title={run?.name ?? "Run"}
      crumbs={
        <>
          <Link to="/runs">Runs</Link>
          {run === undefined ? null : <span>{run.experiment}</span>}
        </>
      }
      lead={run === undefined ? undefined : <code>{run.id}</code>}
      mark={(shown) => <RunState run={shown} />}
      actions={(shown) => <RunActions run={shown} />}
      reading={{ data: isPriced ? run : undefined, error }}
    >
      {(shown) => (
        <>
          <RunFigures run={shown} isCompact={tab !== "overview"} />
          <Tabs
            className="tabs"
            selectedKey={tab}
            onSelectionChange={(next) => edit((after) => putWord(after, "tab", next === "charts" ? "" : String(next)))}
          >
            <TabList aria-label="Parts of the run">
              {tabs.map(({ id, label }) => (
                <Tab key={id} id={id} className="tab">
                  {label}
                </Tab>
              ))}
            </TabList>
            <TabPanel id="charts" className="tab-panel">
              {curves === undefined ? <Skeleton /> : <RunCharts curves={curves} xs={xs} view={view} onView={setView} />}
            </TabPanel>
            <TabPanel id="overview" className="tab-panel">
              <Overview run={shown} curves={curves} />
            </TabPanel>
            {readsContent ? <ContentPanels run={shown} /> : null}
          </Tabs>
        </>
      )}
    </Page>
  );
}

function ContentPanels({ run }: { run: TrackedRun }): ReactNode {
  return (
    <>
      <TabPanel id="artifacts" className="tab-panel">
        <Artifacts runId={run.id} />
      </TabPanel>
      <TabPanel id="log" className="tab-panel">
        <Log runId={run.id} isLive={run.status === "RUNNING"} />
      </TabPanel>
    </>
  );
}

function RunActions({ run }: { run: TrackedRun }): ReactNode {
  const client = useQueryClient();
  const change = async (action: "delete" | "restore"): Promise<void> => {
    await callMlflow(`runs/${action}`, { run_id: run.id });
    await client.invalidateQueries({ queryKey: ["run", run.id] });
  };
  const toggle = async (): Promise<void> => {
    const [done, undone] = run.isDeleted ? (["restore", "delete"] as const) : (["delete", "restore"] as const);
    await change(done);
    sayDone({ text: `Run ${done}d`, undo: () => void attempt(change(undone)) });
  };
  return (
    <>
      {run.isDeleted ? <span className="state bad">deleted</span> : null}
      {run.parentRunId === null ? null : (
        <Link className="button" to={`/runs/${run.parentRunId}`}>
          Parent run
        </Link>
      )}
      <Button
        className="button"
        onPress={() => {
          void navigator.clipboard.writeText(run.id).then(() => sayDone({ text: "Id copied" }));
        }}
      >
        Copy id
      </Button>
      <Button className="button" onPress={() => void attempt(toggle())}>
        {run.isDeleted ? "Restore" : "Delete"}
      </Button>
    </>
  );
}

type ChartsProps = {
  curves: Curves;
  xs: StepValues | undefined;
  view: CurveView;
  onView: (part: Partial<CurveView>) => void;
};

function RunCharts({ curves, xs, view, onView }: ChartsProps): ReactNode {
  const charts = useMemo(
    () => [...curves].map(([title, points]) => ({ title, curves: [{ name: title, points, place: 0, xs }] })),
    [curves, xs],
  );
  return <ChartGrid charts={charts} view={view} onView={onView} />;
}

function Overview({ run, curves }: { run: TrackedRun; curves: Curves | undefined }): ReactNode {
  const readsContent = useReadsContent();
  return (
    <div className="stack">
      <MetricSummary curves={curves} />
      <div className="columns">
        <div className="stack">
          <Note runId={run.id} note={run.tags.find(({ key }) => key === NOTE_TAG)?.value} />
          <Params id="params" title="Params" pairs={run.params} />
        </div>
        <div className="stack">
          <Datasets run={run} />
          {readsContent ? <RunModels runId={run.id} /> : null}
          <Tags runId={run.id} tags={run.tags} />
        </div>
      </div>
    </div>
  );
}

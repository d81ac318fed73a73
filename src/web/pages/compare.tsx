import "../compare.css";

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useMemo } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { Link } from "react-router";

import type { CurveSet } from "../../domain/run-table.ts";
import type { TrackedRun } from "../../domain/tracked-run.ts";
import { useAddress } from "../address.ts";
import { ApiError, getJson } from "../api.ts";
import { groupingParams, groupRuns } from "../curves/curve-groups.ts";
import { axisMetric, type CurveView } from "../curves/curve-data.ts";
import { useCurveView } from "../curves/curve-view.ts";
import { toCurves, toStepValues } from "../live-run.ts";
import { CompareCurves, type RunSeries } from "../parts/compare/compare-curves.tsx";
import { RunDiff } from "../parts/compare/run-diff.tsx";
import { GroupPicker } from "../parts/compare/group-picker.tsx";
import { GroupLegend, RunLegend } from "../parts/compare/run-legend.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page, Skeleton } from "../parts/page.tsx";
import { sayDone } from "../parts/toasts.tsx";
import { shownCount } from "../parts/words.ts";

const ScatterRuns = lazy(async () => import("../parts/compare/scatter-runs.tsx"));
const ParallelRuns = lazy(async () => import("../parts/compare/parallel-runs.tsx"));

/** Polling interval of runs that have not ended, ms. */
const REFRESH_MS = 2_000;

/** Maximum number of points of a curve, because many curves overlap. */
const POINTS = 320;

const TABS = [
  { id: "curves", label: "Curves" },
  { id: "parallel", label: "Parallel coordinates" },
  { id: "scatter", label: "Scatter" },
  { id: "params", label: "Params" },
  { id: "metrics", label: "Metrics" },
] as const;

/** Up to twenty runs in comparison: overlaid curves, charts of their values, and tables of params and metrics. */
export default function ComparePage(): ReactNode {
  const [words, edit] = useAddress();
  const ids = useMemo(() => words.getAll("run").slice(0, 20), [words]);
  const [view, setView] = useCurveView();
  const { runs, curves } = useCompared(ids, axisMetric(view.axis));
  const tab = TABS.find(({ id }) => id === words.get("tab"))?.id ?? "curves";
  const change = (name: string, value: readonly string[]): void =>
    edit((next) => {
      next.delete(name);
      for (const item of value) next.append(name, item);
    });
  if (ids.length === 0) {
    return (
      <Empty isPage title="No runs selected">
        <p>
          Choose some in the list of <Link to="/runs">runs</Link>, then Compare.
        </p>
      </Empty>
    );
  }
  return (
    <Page
      title={`Compare ${shownCount(runs.data?.ids.length ?? ids.length, "run")}`}
      crumbs={<Link to="/runs">Runs</Link>}
      lead={({ found }) => (hasLive(found) ? "Runs that have not ended refresh every two seconds." : "All have ended.")}
      reading={{ data: runs.data, error: runs.error ?? curves.error }}
    >
      {({ found, ids: known, missing }) => (
        <>
          {missing.length === 0 ? null : (
            <p className="notice warn">
              {shownCount(missing.length, "run")} not on this server: {missing.join(", ")}
            </p>
          )}
          <RunLegend
            runs={found}
            onRemove={(place) => {
              change(
                "run",
                known.filter((_, index) => index !== place),
              );
              sayDone({ text: `${found[place]?.name ?? "Run"} taken out`, undo: () => change("run", known) });
            }}
          />
          <Compared
            runs={found}
            curves={curves.data}
            view={view}
            onView={setView}
            tab={tab}
            onTab={(next) => change("tab", [next])}
            group={words.get("group")}
            onGroup={(param) => change("group", param === null ? [] : [param])}
          />
        </>
      )}
    </Page>
  );
}

/** Compared runs by the ids of the address, and the ids of which there is no run, or no longer. */
type ComparedRuns = { found: readonly TrackedRun[]; ids: readonly string[]; missing: readonly string[] };

/** The runs and their curves, read again while one of them has not ended. */
function useCompared(
  ids: readonly string[],
  metric: string | undefined,
): {
  runs: UseQueryResult<ComparedRuns>;
  curves: UseQueryResult<readonly RunSeries[]>;
} {
  const runs = useQuery({
    queryKey: ["compare", ids],
    queryFn: async () => readCompared(ids),
    enabled: ids.length > 0,
    refetchInterval: ({ state }) => (hasLive(state.data?.found) ? REFRESH_MS : false),
  });
  const known = runs.data?.ids ?? [];
  const curves = useQuery({
    queryKey: ["compare-curves", known, metric],
    queryFn: async () => {
      const x = metric && { x: metric };
      const { runs: sets } = await getJson<CurveSet>("/runs/curves", { run: known, points: POINTS, ...x });
      return sets.map((set) => ({ curves: toCurves(set), xs: toStepValues(set) }));
    },
    placeholderData: (before) => (before?.length === known.length ? before : undefined),
    enabled: known.length > 0,
    refetchInterval: hasLive(runs.data?.found) ? REFRESH_MS : false,
  });
  return { runs, curves };
}

async function readCompared(ids: readonly string[]): Promise<ComparedRuns> {
  const answers = await Promise.all(ids.map(readRun));
  const known = ids.filter((_, place) => answers[place] !== undefined);
  if (known.length === 0) throw new ApiError(404, "None of these runs is on this server", "choose some in Runs");
  return {
    found: answers.filter((run) => run !== undefined),
    ids: known,
    missing: ids.filter((_, place) => answers[place] === undefined),
  };
}

/** A run; undefined if there is none with the id. */
async function readRun(id: string): Promise<TrackedRun | undefined> {
  try {
    return await getJson<TrackedRun>(`/runs/${id}`);
  } catch (failed) {
    if (failed instanceof ApiError && failed.status === 404) return undefined;
    throw failed;
  }
}

function hasLive(runs: readonly TrackedRun[] | undefined): boolean {
  return runs?.some(({ status }) => status === "RUNNING") ?? false;
}

type ComparedProps = {
  runs: readonly TrackedRun[];
  curves: readonly RunSeries[] | undefined;
  view: CurveView;
  onView: (part: Partial<CurveView>) => void;
  tab: string;
  onTab: (tab: string) => void;
  /** Param by which curves are grouped; null: none. */
  group: string | null;
  onGroup: (param: string | null) => void;
};

function Compared({ runs, curves, view, onView, tab, onTab, group, onGroup }: ComparedProps): ReactNode {
  const params = useMemo(() => groupingParams(runs), [runs]);
  const groups = useMemo(() => (group === null ? undefined : groupRuns(runs, group)), [runs, group]);
  return (
    <Tabs className="tabs" selectedKey={tab} onSelectionChange={(id) => onTab(String(id))}>
      <TabList aria-label="What is compared">
        {TABS.map(({ id, label }) => (
          <Tab key={id} id={id} className="tab">
            {label}
          </Tab>
        ))}
      </TabList>
      <TabPanel id="curves" className="tab-panel">
        <div className="stack">
          <div className="toolbar">
            <GroupPicker params={params} value={group} onChange={onGroup} />
            {groups === undefined ? null : (
              <span className="soft small">
                The line is the mean, the band reaches from the lowest to the highest run.
              </span>
            )}
          </div>
          {groups === undefined ? null : <GroupLegend groups={groups} />}
          {curves === undefined ? (
            <Skeleton />
          ) : (
            <CompareCurves runs={runs} series={curves} groups={groups} view={view} onView={onView} />
          )}
        </div>
      </TabPanel>
      <TabPanel id="parallel" className="tab-panel">
        <Suspense fallback={<Skeleton />}>
          <ParallelRuns runs={runs} />
        </Suspense>
      </TabPanel>
      <TabPanel id="scatter" className="tab-panel">
        <Suspense fallback={<Skeleton />}>
          <ScatterRuns runs={runs} />
        </Suspense>
      </TabPanel>
      <TabPanel id="params" className="tab-panel">
        <RunDiff runs={runs} kind="params" />
      </TabPanel>
      <TabPanel id="metrics" className="tab-panel">
        <RunDiff runs={runs} kind="metrics" />
      </TabPanel>
    </Tabs>
  );
}

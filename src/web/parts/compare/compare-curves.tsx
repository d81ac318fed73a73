import { type ReactNode, useMemo } from "react";

import type { TrackedRun } from "../../../domain/tracked-run.ts";
import { useCurveView } from "../../curves/curve-view.ts";
import type { NamedCurve } from "../../curves/curve-data.ts";
import { groupCurves, type RunGroup } from "../../curves/curve-groups.ts";
import type { Curves } from "../../curves/curve.ts";
import { ChartGrid } from "../charts/chart-grid.tsx";

type Props = {
  runs: readonly TrackedRun[];
  curves: readonly Curves[];
  /** Groups that are drawn as one line each; undefined if each run is a separate line. */
  groups: readonly RunGroup[] | undefined;
};

/** One metric of all runs in one chart; one chart for each metric that any run has. */
export function CompareCurves({ runs, curves, groups }: Props): ReactNode {
  const [view, setView] = useCurveView();
  const charts = useMemo(() => {
    const keys = [...new Set(curves.flatMap((curve) => [...curve.keys()]))].toSorted();
    return keys.map((title) => {
      const single = curves.flatMap((metrics, place): NamedCurve[] => {
        const points = metrics.get(title);
        return points === undefined ? [] : [{ name: runs[place]?.name ?? "", points, place }];
      });
      return { title, curves: groups === undefined ? single : groupCurves(single, groups) };
    });
  }, [runs, curves, groups]);
  return <ChartGrid charts={charts} view={view} onView={setView} />;
}

import { type ReactNode, useMemo } from "react";

import type { TrackedRun } from "../../../domain/tracked-run.ts";
import { axisMetric, type CurveView, type NamedCurve, type StepValues } from "../../curves/curve-data.ts";
import { groupCurves, placedCurve, type RunGroup } from "../../curves/curve-groups.ts";
import type { Curves } from "../../curves/curve.ts";
import { ChartGrid } from "../charts/chart-grid.tsx";

/** Curves of a run, and its values of the metric on the horizontal axis, if that is one. */
export type RunSeries = { curves: Curves; xs: StepValues };

type Props = {
  runs: readonly TrackedRun[];
  series: readonly RunSeries[];
  /** Groups that are drawn as one line each; undefined if each run is a separate line. */
  groups: readonly RunGroup[] | undefined;
  view: CurveView;
  onView: (part: Partial<CurveView>) => void;
};

/** One metric of all runs in one chart; one chart for each metric that any run has. */
export function CompareCurves({ runs, series, groups, view, onView }: Props): ReactNode {
  const isByMetric = axisMetric(view.axis) !== undefined;
  const charts = useMemo(() => {
    const keys = [...new Set(series.flatMap(({ curves }) => [...curves.keys()]))].toSorted();
    return keys.map((title) => {
      const single = series.flatMap(({ curves, xs }, place): NamedCurve[] => {
        const points = curves.get(title);
        return points === undefined ? [] : [{ name: runs[place]?.name ?? "", points, place, xs }];
      });
      if (groups === undefined) return { title, curves: single };
      return { title, curves: groupCurves(isByMetric ? single.map(placedCurve) : single, groups) };
    });
  }, [runs, series, groups, isByMetric]);
  return <ChartGrid charts={charts} view={view} onView={onView} />;
}

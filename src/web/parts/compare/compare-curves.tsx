import { type ReactNode, useMemo } from "react";

import type { TrackedRun } from "../../../domain/tracked-run.ts";
import { useCurveView } from "../../curve-view.ts";
import type { NamedCurve } from "../../curve-data.ts";
import type { Curves } from "../../live-run.ts";
import { ChartGrid } from "../chart-grid.tsx";

/** One metric of all runs in one chart; a chart for each metric that any has. */
export function CompareCurves({ runs, curves }: { runs: readonly TrackedRun[]; curves: readonly Curves[] }): ReactNode {
  const [view, setView] = useCurveView();
  const charts = useMemo(() => {
    const keys = [...new Set(curves.flatMap((each) => [...each.keys()]))].toSorted();
    return keys.map((title) => ({
      title,
      curves: curves.flatMap((each, place): NamedCurve[] => {
        const points = each.get(title);
        return points === undefined ? [] : [{ name: runs[place]?.name ?? "", points, place }];
      }),
    }));
  }, [runs, curves]);
  return <ChartGrid charts={charts} view={view} onView={setView} />;
}

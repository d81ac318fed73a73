import { type ChartRange, drawnLimits, outsideCount } from "../../curves/chart-range.ts";
import type { CurveView, NamedCurve } from "../../curves/curve-data.ts";

/** Number of points that the range of a chart hides; undefined if its axes are automatic. */
export function rangeWords(
  curves: readonly NamedCurve[],
  { view, range }: { view: CurveView; range: ChartRange },
): string | undefined {
  if (range.x === undefined && range.y === undefined) return undefined;
  const { outside, all } = outsideCount(curves, { view, range });
  const drawn = drawnLimits(range.y, view.isLog);
  const without = [range.y?.low, range.y?.high].find((limit) => limit !== undefined && limit <= 0);
  const log = view.isLog && without !== undefined && drawn !== range.y ? `; a log scale has no limit ${without}` : "";
  return `${outside} of ${all} chart points outside the range${log}`;
}

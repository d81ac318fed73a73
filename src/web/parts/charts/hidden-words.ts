import { type ChartRange, drawnLimits, hiddenCounts } from "../../curves/chart-range.ts";
import { axisMetric, type CurveView, type NamedCurve } from "../../curves/curve-data.ts";

/** Number of points that a chart does not show, and why; undefined if it shows all. */
export function hiddenWords(
  curves: readonly NamedCurve[],
  { view, range }: { view: CurveView; range: ChartRange },
): string | undefined {
  const metric = axisMetric(view.axis);
  const isRanged = isLimited(range);
  if (!isRanged && metric === undefined) return undefined;
  const { outside, unpaired, all } = hiddenCounts(curves, { view, range });
  const drawn = drawnLimits(range.y, view.isLog);
  const without = [range.y?.low, range.y?.high].find((limit) => limit !== undefined && limit <= 0);
  const words = [
    ...(isRanged ? [`${outside} of ${all} chart points outside the range`] : []),
    ...(view.isLog && without !== undefined && drawn !== range.y ? [`a log scale has no limit ${without}`] : []),
    ...(unpaired > 0 ? [`${unpaired} of ${all} chart points have no ${metric} at their step`] : []),
  ];
  return words.length === 0 ? undefined : words.join("; ");
}

/** Whether a chart has limits. */
export function isLimited({ x, y }: ChartRange): boolean {
  return x !== undefined || y !== undefined;
}

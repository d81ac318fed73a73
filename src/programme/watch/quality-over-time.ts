import type { EvaluationRow } from "../../domain/evaluation-list.ts";
import type { QualitySeries } from "../../domain/watch-plan.ts";

/** Maximum number of evaluations of a series, the newest. */
const MOST_POINTS = 12;

/**
 * Quality over time: the headline scores of the complete evaluations of each target, oldest first, such as those of
 * monthly replay sets. The change from the first to the last has an interval from both intervals, which treats the
 * evaluations as independent: if both asked the same items, `eval compare` is more precise.
 *
 * @source Zou and Donner 2008, "Construction of confidence limits about effect measures" (difference of two intervals)
 */
export function qualityOverTime(rows: readonly EvaluationRow[]): QualitySeries[] {
  const series = new Map<string, EvaluationRow[]>();
  for (const row of rows.toSorted((a, b) => (a.finishedAt < b.finishedAt ? -1 : 1))) {
    if (!row.isComplete || row.headline?.mean === null || row.headline?.mean === undefined) continue;
    const key = JSON.stringify([row.evaluation, row.target, row.headline.scorer]);
    series.set(key, [...(series.get(key) ?? []), row]);
  }
  return [...series.values()]
    .filter((all) => all.length > 1)
    .map((all): QualitySeries => {
      const points = all.slice(-MOST_POINTS).map(({ id, set, finishedAt, headline }) => ({
        id,
        set,
        day: finishedAt.slice(0, 10),
        mean: headline!.mean!,
        interval: headline!.interval,
        n: headline!.n,
      }));
      const { evaluation, target, headline } = all[0]!;
      return { evaluation, target, scorer: headline!.scorer, points, change: changeOf(points[0]!, points.at(-1)!) };
    });
}

type Point = QualitySeries["points"][number];

function changeOf(first: Point, last: Point): QualitySeries["change"] {
  const difference = last.mean - first.mean;
  if (first.interval === null || last.interval === null) return null;
  const down = Math.hypot(last.mean - last.interval.low, first.interval.high - first.mean);
  const up = Math.hypot(last.interval.high - last.mean, first.mean - first.interval.low);
  return { difference, interval: { low: difference - down, high: difference + up } };
}

import { csvText } from "../../report/csv-text.ts";
import type { NamedCurve } from "./curve-data.ts";

/** The last time that a date can have; clients that state nanoseconds are beyond it. */
const MAX_TIME_MS = 8.64e15;

/**
 * The points of a chart as CSV: one row for each, with the metric on its horizontal axis and the band of a group, if
 * there are such. A group that is paired by a metric has no steps.
 */
export function curvesAsCsv(title: string, curves: readonly NamedCurve[], metric?: string): string {
  const hasBand = curves.some(({ band }) => band !== undefined);
  const head = [
    "run",
    "step",
    ...(metric === undefined ? [] : [metric]),
    "time",
    title,
    ...(hasBand ? ["lowest", "highest"] : []),
  ];
  const rows = curves.flatMap(({ name, points, band, xs }) =>
    points.map(([step, time, value], index) => [
      name,
      metric !== undefined && band !== undefined ? "" : step,
      ...(metric === undefined ? [] : [xs?.get(step) ?? ""]),
      new Date(Math.min(time, MAX_TIME_MS)).toISOString(),
      value,
      ...(hasBand ? [band?.low[index] ?? "", band?.high[index] ?? ""] : []),
    ]),
  );
  return csvText([head, ...rows]);
}

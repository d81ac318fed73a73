import { csvText } from "../../report/csv-text.ts";
import type { NamedCurve } from "./curve-data.ts";

/** The points of a chart as CSV: one row for each, with the band of a group if there is one. */
export function curvesAsCsv(title: string, curves: readonly NamedCurve[]): string {
  const hasBand = curves.some(({ band }) => band !== undefined);
  const head = ["run", "step", "time", title, ...(hasBand ? ["lowest", "highest"] : [])];
  const rows = curves.flatMap(({ name, points, band }) =>
    points.map(([step, time, value], index) => [
      name,
      step,
      new Date(time).toISOString(),
      Number.isFinite(value) ? value : "NaN",
      ...(hasBand ? [band?.low[index] ?? "", band?.high[index] ?? ""] : []),
    ]),
  );
  return csvText([head, ...rows]);
}

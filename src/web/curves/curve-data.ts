import uPlot from "uplot";

import type { CurvePoint } from "./curve.ts";

/** Unit of the horizontal axis. */
export type Axis = "step" | "time" | "clock";

/** Drawing settings of curves, common to all charts of a page. */
export type CurveView = { axis: Axis; isLog: boolean; smoothing: number };

/** A named curve; `place` determines its colour, and a dashed line after the tenth. */
export type NamedCurve = {
  name: string;
  points: readonly CurvePoint[];
  place: number;
  /** For a group: its lowest and its highest value at each point. */
  band?: { low: readonly number[]; high: readonly number[] } | undefined;
};

/** Number of columns of a curve in the data of a chart: raw values, smoothed ones, and the two borders of a band. */
export function columnCount({ band }: NamedCurve, { smoothing }: Pick<CurveView, "smoothing">): number {
  return 1 + (smoothing > 0 ? 1 : 0) + (band === undefined ? 0 : 2);
}

/**
 * One column of x values for all curves, and for each curve its values at these; null if it has none. If smoothed, each
 * curve has two columns: raw, then smooth. A band adds its lowest and its highest values.
 */
export function alignedData(curves: readonly NamedCurve[], { axis, isLog, smoothing }: CurveView): uPlot.AlignedData {
  const tables = curves.flatMap(({ points, band }): uPlot.AlignedData[] => {
    const sorted = axis === "step" ? points : points.toSorted((a, b) => a[1] - b[1]);
    const xs = curvePlaces(sorted, axis, points[0]?.[1]);
    const drawn = (value: number): number | null => (Number.isFinite(value) && (!isLog || value > 0) ? value : null);
    const raw = sorted.map(([, , value]) => drawn(value));
    const columns = [raw, ...(smoothing > 0 ? [smoothed(raw, smoothing)] : [])];
    // the steps of a group grow, and so do its mean times: its borders need no sorting
    if (band !== undefined) columns.push(band.low.map(drawn), band.high.map(drawn));
    return columns.map((column) => [xs, column]);
  });
  return tables.length === 1 ? tables[0]! : uPlot.join(tables);
}

/** Positions of points on the horizontal axis; time is counted from `start`, by default that of the first point. */
export function curvePlaces(points: readonly CurvePoint[], axis: Axis, start = points[0]?.[1] ?? 0): number[] {
  return points.map(([step, time]) => (axis === "step" ? step : axis === "time" ? (time - start) / 1000 : time / 1000));
}

/** Exponential moving average with the correction for its start, so that it begins at the first value. */
function smoothed(values: readonly (number | null)[], weight: number): (number | null)[] {
  let sum = 0;
  let norm = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    norm = weight * norm + (1 - weight);
    return sum / norm;
  });
}

/** Positions on the horizontal axis of values that are not finite. */
export function brokenPlaces(curves: readonly NamedCurve[], { axis }: Pick<CurveView, "axis">): number[] {
  return curves.flatMap(({ points }) =>
    curvePlaces(
      points.filter(([, , value]) => !Number.isFinite(value)),
      axis,
      points[0]?.[1],
    ),
  );
}

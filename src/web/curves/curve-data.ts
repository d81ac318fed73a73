import type uPlot from "uplot";

import type { CurvePoint } from "./curve.ts";

/** Unit of the horizontal axis; with `metric:`, the values of a metric at the same step. */
export type Axis = "step" | "time" | "clock" | `metric:${string}`;

/** Values of the metric on the horizontal axis, by step. */
export type StepValues = ReadonlyMap<number, number>;

/** The metric on the horizontal axis, if there is one. */
export function axisMetric(axis: Axis): string | undefined {
  return axis.startsWith("metric:") ? axis.slice("metric:".length) : undefined;
}

/** Drawing settings of curves, common to all charts of a page. */
export type CurveView = { axis: Axis; isLog: boolean; smoothing: number };

/** A named curve; `place` determines its colour, and a dashed line after the tenth. */
export type NamedCurve = {
  name: string;
  points: readonly CurvePoint[];
  place: number;
  /** Values of the metric on the horizontal axis, if that is a metric. */
  xs?: StepValues | undefined;
  /** Number of points of a group without a value of that metric: they are not in its mean. */
  unpaired?: number;
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
  const tables = curves.map((curve): Table => {
    const { points, band } = curve;
    const places = curvePlaces(curve, axis);
    const order = [...places.keys()].filter((index) => !Number.isNaN(places[index]));
    if (axis !== "step") order.sort((a, b) => places[a]! - places[b]!);
    const drawn = (value: number): number | null => (Number.isFinite(value) && (!isLog || value > 0) ? value : null);
    const raw = order.map((index) => drawn(points[index]![2]));
    const columns = [raw, ...(smoothing > 0 ? [smoothed(raw, smoothing)] : [])];
    if (band !== undefined)
      for (const border of [band.low, band.high]) columns.push(order.map((i) => drawn(border[i]!)));
    return { xs: order.map((index) => places[index]!), columns };
  });
  const [first] = tables;
  return tables.length === 1 ? [first!.xs, ...first!.columns] : joined(tables);
}

type Table = { xs: number[]; columns: (number | null)[][] };

/**
 * Tables with common x values. A value of x that a curve has several times gets as many rows: an epoch of few digits is
 * that of many steps, and each of their points is drawn.
 */
function joined(tables: readonly Table[]): uPlot.AlignedData {
  const rows = new Map<number, number>();
  const nths = tables.map(({ xs }) => {
    let same = 0;
    return xs.map((x, index) => {
      same = index > 0 && xs[index - 1] === x ? same + 1 : 0;
      if ((rows.get(x) ?? 0) <= same) rows.set(x, same + 1);
      return same;
    });
  });
  const all: number[] = [];
  const first = new Map<number, number>();
  for (const [x, count] of [...rows].toSorted(([a], [b]) => a - b)) {
    first.set(x, all.length);
    for (let row = 0; row < count; row++) all.push(x);
  }
  const columns = tables.flatMap(({ xs, columns: own }, table) =>
    own.map((values) => {
      const column = Array.from<number | null | undefined>({ length: all.length });
      for (const [index, value] of values.entries()) column[first.get(xs[index]!)! + nths[table]![index]!] = value;
      return column;
    }),
  );
  return [all, ...columns];
}

/** Positions of the points of a curve on the horizontal axis; NaN if its metric has no value at the step. */
export function curvePlaces({ points, xs }: Pick<NamedCurve, "points" | "xs">, axis: Axis): number[] {
  const start = points[0]?.[1] ?? 0;
  if (axisMetric(axis) !== undefined) return points.map(([step]) => xs?.get(step) ?? Number.NaN);
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

/**
 * Indices of values in a column of a chart that no line reaches: those before and after are null, or there are none.
 * Rows of other curves, which are undefined, do not count.
 */
export function lonelyPlaces(values: Iterable<number | null | undefined>): number[] {
  const lonely: number[] = [];
  let before: number | null = null;
  let candidate: number | undefined;
  let index = -1;
  for (const value of values) {
    index += 1;
    if (value === undefined) continue;
    if (value === null && candidate !== undefined) lonely.push(candidate);
    candidate = value !== null && before === null ? index : undefined;
    before = value;
  }
  return candidate === undefined ? lonely : [...lonely, candidate];
}

/** Positions on the horizontal axis of values that are not finite. */
export function brokenPlaces(curves: readonly NamedCurve[], { axis }: Pick<CurveView, "axis">): number[] {
  return curves.flatMap((curve) =>
    curvePlaces(curve, axis).filter((_, index) => !Number.isFinite(curve.points[index]![2])),
  );
}

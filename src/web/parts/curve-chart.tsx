import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import uPlot from "uplot";

import type { CurvePoint } from "../live-run.ts";
import { onThemeChange, tokenColour } from "../theme.ts";
import { shownValue } from "./words.ts";

/** A logarithmic scale. uPlot's enum of distributions is a type only, so its code is read from text. */
const LOGARITHMIC = JSON.parse('{ "distr": 3 }') as uPlot.Scale;

/** What the horizontal axis counts. */
export type Axis = "step" | "time" | "clock";

/** How curves are drawn: the same for all charts of a page. */
export type CurveView = { axis: Axis; isLog: boolean; smoothing: number };

/** A named curve; its colour follows its place in the list. */
export type NamedCurve = { name: string; points: readonly CurvePoint[] };

/**
 * Live curves of one metric. Smoothed lines are drawn over faint raw ones; where a value is not finite the line breaks
 * and a mark stands at the foot of the chart. The table below says the same to those who cannot see it.
 */
export function CurveChart({
  title,
  curves,
  view,
}: {
  title: string;
  curves: readonly NamedCurve[];
  view: CurveView;
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<{ plot: uPlot; key: string } | null>(null);
  const ink = useSyncExternalStore(onThemeChange, () => tokenColour("--ink"));
  const key = `${ink}|${curves.map(({ name }) => name).join()}|${view.axis}|${view.isLog}|${view.smoothing > 0}`;
  useEffect(() => {
    const element = place.current!;
    const data = alignedData(curves, view);
    if (chart.current?.key === key) {
      chart.current.plot.setData(data);
      return;
    }
    chart.current?.plot.destroy();
    chart.current = { key, plot: new uPlot(plotOptions(element, curves, view), data, element) };
  });
  useEffect(() => {
    const element = place.current!;
    const watch = new ResizeObserver(() =>
      chart.current?.plot.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.current?.plot.destroy();
      chart.current = null;
    };
  }, []);
  const lasts = curves.map(({ name, points }) => `${curves.length > 1 ? `${name}: ` : ""}${lastWords(points)}`);
  const broken = curves.reduce((sum, { points }) => sum + points.filter(([, , v]) => !Number.isFinite(v)).length, 0);
  return (
    <figure className="chart" style={{ margin: 0 }}>
      <div className="head">
        <h2>{title}</h2>
        <span className="last">
          {broken > 0 ? <span className="state bad">{broken} not finite</span> : null}{" "}
          {lasts.length === 1 ? lasts[0] : null}
        </span>
      </div>
      <div className="plot" ref={place} role="img" aria-label={`${title}: ${lasts.join("; ")}`} />
    </figure>
  );
}

function lastWords(points: readonly CurvePoint[]): string {
  const last = points.at(-1);
  return last === undefined ? "no values" : `${shownValue(last[2])} at step ${last[0]}`;
}

function plotOptions(
  element: HTMLElement,
  curves: readonly NamedCurve[],
  { axis, isLog, smoothing }: CurveView,
): uPlot.Options {
  const axisStyle = {
    stroke: tokenColour("--soft-ink"),
    grid: { stroke: tokenColour("--chart-grid"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui",
    size: 30,
  };
  const lines = curves.flatMap(({ name }, i): uPlot.Series[] => {
    const stroke = tokenColour(`--curve-${(i % 10) + 1}`);
    const line = { label: name, stroke, width: 1.75, points: { show: false }, spanGaps: false };
    return smoothing > 0 ? [{ ...line, width: 1, alpha: 0.3 }, line] : [line];
  });
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    cursor: { points: { size: 5 } },
    scales: { x: { time: axis === "clock" }, y: isLog ? LOGARITHMIC : {} },
    axes: [
      {
        ...axisStyle,
        ...(axis === "time"
          ? { values: (_: uPlot, ticks: number[]) => ticks.map((t) => `${shownValue(t / 60)} min`) }
          : {}),
      },
      { ...axisStyle, size: 60, values: (_: uPlot, ticks: number[]) => ticks.map(shownTick) },
    ],
    series: [{}, ...lines],
  };
}

/** A tick in as few digits as tell it from the next: no zeros for small values. */
function shownTick(value: number | null): string {
  return value === null ? "" : shownValue(Number(value.toPrecision(6)));
}

/** One column of x values for all curves, and for each curve its values there; null where it has none. */
function alignedData(curves: readonly NamedCurve[], { axis, isLog, smoothing }: CurveView): uPlot.AlignedData {
  const tables = curves.flatMap(({ points }): uPlot.AlignedData[] => {
    const start = points[0]?.[1] ?? 0;
    const sorted = axis === "step" ? points : points.toSorted((a, b) => a[1] - b[1]);
    const xs = sorted.map(([step, time]) =>
      axis === "step" ? step : axis === "time" ? (time - start) / 1000 : time / 1000,
    );
    const raw = sorted.map(([, , value]) => (Number.isFinite(value) && (!isLog || value > 0) ? value : null));
    return smoothing > 0
      ? [
          [xs, raw],
          [xs, smoothed(raw, smoothing)],
        ]
      : [[xs, raw]];
  });
  return tables.length === 1 ? tables[0]! : uPlot.join(tables);
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

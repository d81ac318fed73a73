import type uPlot from "uplot";

import {
  type Axis,
  axisMetric,
  brokenPlaces,
  columnCount,
  type CurveView,
  lonelyPlaces,
  type NamedCurve,
} from "../../curves/curve-data.ts";
import type { ChartRange } from "../../curves/chart-range.ts";
import { tokenColour } from "../../theme.ts";
import { chartScales, DRAG, zoomByDrag } from "./chart-scales.ts";
import { shownDuration, shownValue } from "../words.ts";

/** Number of colours before they repeat with dashed lines. */
export const CURVE_COLOURS = 10;

/** Distance from the pointer at which a curve stands out, px. */
const FOCUS_PX = 20;

/** Maximum number of curves that are named at the cursor. */
const MOST_NAMED = 8;

type Settings = {
  view: CurveView;
  /** Charts whose cursors move together. */
  group: string;
  rungs: readonly number[];
  /** Limits of the axes, read at each drawing. */
  rangeOf: () => ChartRange;
  onRange: (range: Partial<ChartRange>) => void;
};

/** A dot for each value that no line reaches, as that of a metric which was logged once. */
const LONELY: uPlot.Series.Points = {
  show: false,
  size: 5,
  filter: (plot, series) => lonelyPlaces(plot.data[series]!),
};

/** Drawing settings of curves in an element. */
export function plotOptions(
  element: HTMLElement,
  curves: readonly NamedCurve[],
  { view, group, rungs, rangeOf, onRange }: Settings,
): uPlot.Options {
  const { axis, isLog, smoothing } = view;
  const axisStyle = {
    stroke: tokenColour("--soft-ink"),
    grid: { stroke: tokenColour("--chart-grid"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui",
    size: 28,
  };
  const lines = curves.flatMap(({ name, place, band }): uPlot.Series[] => {
    const stroke = tokenColour(`--curve-${(place % CURVE_COLOURS) + 1}`);
    const dash = place >= CURVE_COLOURS ? { dash: [5, 4] } : {};
    const line = { label: name, stroke, width: 1.6, points: { ...LONELY, fill: stroke }, spanGaps: false, ...dash };
    const border = { ...line, width: 0, points: { show: false } };
    return [
      ...(smoothing > 0 ? [{ ...line, width: 1, alpha: 0.25 }, line] : [line]),
      ...(band === undefined ? [] : [border, border]),
    ];
  });
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    cursor: {
      points: { size: 6 },
      sync: { key: group },
      drag: DRAG,
      ...(curves.length > 1 ? { focus: { prox: FOCUS_PX } } : {}),
    },
    focus: { alpha: 0.25 }, // of the other curves, while the pointer is near one
    legend: { show: false },
    padding: [6, 22, 0, 0], // half of the last label is to the right of the plot
    scales: chartScales(view, rangeOf),
    axes: [
      {
        ...axisStyle,
        ...(axis === "clock" ? { size: 42 } : {}), // the day is below the time
        ...(axisMetric(axis) === undefined
          ? {}
          : { values: (_: uPlot, ticks: (number | null)[]) => ticks.map(shownTick) }),
        ...(axis === "time" ? { values: (_: uPlot, ticks: number[]) => ticks.map((tick) => shownDuration(tick)) } : {}),
      },
      { ...axisStyle, size: 54, values: (_: uPlot, ticks: (number | null)[]) => ticks.map(shownTick) },
    ],
    series: [{}, ...lines],
    bands: bandsOf(curves, view),
    plugins: [
      wordsAtCursor(curves, view),
      marksOfBroken(curves, view),
      linesOfRungs(rungs),
      zoomByDrag(isLog, onRange),
    ],
  };
}

/** The areas between the borders of each group. */
function bandsOf(curves: readonly NamedCurve[], view: CurveView): uPlot.Band[] {
  return placesOf(curves, view).flatMap((first, index): uPlot.Band[] => {
    const curve = curves[index]!;
    if (curve.band === undefined) return [];
    const high = first + columnCount(curve, view) - 1;
    const colour = tokenColour(`--curve-${(curve.place % CURVE_COLOURS) + 1}`);
    return [{ series: [high, high - 1], fill: `color-mix(in srgb, ${colour} 18%, transparent)` }];
  });
}

/** First column of each curve in the data of a chart; column 0 is the horizontal axis. */
function placesOf(curves: readonly NamedCurve[], view: CurveView): number[] {
  let next = 1;
  return curves.map((curve) => {
    const first = next;
    next += columnCount(curve, view);
    return first;
  });
}

/** A tick label with the fewest digits that distinguish it from the next: no trailing zeros for small values. */
function shownTick(value: number | null): string {
  return value === null ? "" : shownValue(Number(value.toPrecision(6)));
}

/** Values under the cursor, next to it. */
function wordsAtCursor(curves: readonly NamedCurve[], view: CurveView): uPlot.Plugin {
  const { axis, smoothing } = view;
  const places = placesOf(curves, view);
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.hidden = true;
  const show = (plot: uPlot): void => {
    const { idx, left = -1 } = plot.cursor;
    const isOver = left >= 0 && idx !== null && idx !== undefined && plot.over.matches(":hover");
    tip.hidden = !isOver;
    if (!isOver) return;
    const x = plot.data[0][idx]!;
    const values = curves
      .map(({ name, place }, i) => ({ name, place, value: plot.data[places[i]! + (smoothing > 0 ? 1 : 0)]![idx] }))
      .filter(({ value }) => typeof value === "number")
      .toSorted((a, b) => a.value! - b.value!);
    tip.replaceChildren(
      line(placeWords(x, axis)),
      ...values.slice(0, MOST_NAMED).map(({ name, place, value }) => valueLine(name, place, value!)),
    );
    const isRight = left > plot.over.clientWidth / 2;
    tip.style.left = isRight ? "" : `${left + 12}px`;
    tip.style.right = isRight ? `${plot.over.clientWidth - left + 12}px` : "";
    tip.style.top = "4px";
  };
  return { hooks: { init: (plot) => plot.over.append(tip), setCursor: show } };
}

/** A position on the horizontal axis as text. */
function placeWords(x: number, axis: Axis): string {
  if (axis === "clock") return new Date(x * 1000).toLocaleString();
  return axis === "time" ? shownDuration(x) : `${axisMetric(axis) ?? "step"} ${shownValue(x)}`;
}

function line(text: string): HTMLElement {
  const element = document.createElement("div");
  element.textContent = text;
  return element;
}

function valueLine(name: string, place: number, value: number): HTMLElement {
  const element = line("");
  const mark = document.createElement("span");
  mark.className = `legend-line${place >= CURVE_COLOURS ? " dashed" : ""}`;
  mark.style.color = `var(--curve-${(place % CURVE_COLOURS) + 1})`;
  element.append(mark, `${shownValue(value)}  ${name}`);
  return element;
}

/** A cross at the bottom of the chart for each value that is not finite. */
function marksOfBroken(curves: readonly NamedCurve[], view: CurveView): uPlot.Plugin {
  const places = brokenPlaces(curves, view);
  const draw = (plot: uPlot): void => {
    const { ctx, bbox } = plot;
    if (places.length === 0) return;
    const size = 4 * devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = tokenColour("--bad");
    ctx.lineWidth = 1.5 * devicePixelRatio;
    const y = bbox.top + bbox.height - size * 1.5;
    for (const place of places) {
      const x = plot.valToPos(place, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x - size, y - size);
      ctx.lineTo(x + size, y + size);
      ctx.moveTo(x + size, y - size);
      ctx.lineTo(x - size, y + size);
      ctx.stroke();
    }
    ctx.restore();
  };
  return { hooks: { draw } };
}

/** A dashed line at each step at which trials are compared. */
function linesOfRungs(rungs: readonly number[]): uPlot.Plugin {
  const draw = (plot: uPlot): void => {
    const { ctx, bbox } = plot;
    if (rungs.length === 0) return;
    ctx.save();
    ctx.strokeStyle = tokenColour("--soft-ink");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    for (const rung of rungs) {
      const x = Math.round(plot.valToPos(rung, "x", true));
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  };
  return { hooks: { draw } };
}

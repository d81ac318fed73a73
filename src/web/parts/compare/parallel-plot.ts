import * as Plot from "@observablehq/plot";

import type { NamedValues, ParallelAxis } from "../../parallel-axes.ts";
import { tokenColour } from "../../theme.ts";
import { CURVE_COLOURS } from "../charts/chart-options.ts";
import type { DrawnAxes } from "./axis-brush.ts";

/** Least distance between axes, px, so that their names do not overlap; a narrow chart scrolls. */
const AXIS_PX = 110;

type Plotted = {
  axes: readonly ParallelAxis[];
  runs: readonly NamedValues[];
  /** The axis whose values colour the lines; undefined: each line has its own colour. */
  colour: ParallelAxis | undefined;
};

/** Draws parallel coordinates at a width in pixels, at least as wide as its axes need. */
export function parallelPlot({ axes, runs, colour }: Plotted, width: number): DrawnAxes {
  const points = axes.flatMap(({ name, places }) =>
    places.flatMap((y, run) => (y === undefined ? [] : [{ name, y, run }])),
  );
  const ticks = axes.flatMap(({ name, ticks: own }) => own.map(({ y, label }) => ({ name, y, label })));
  const plot = Plot.plot({
    width: Math.max(width, axes.length * AXIS_PX),
    height: 380,
    marginLeft: 50,
    marginRight: 50,
    marginTop: 36,
    marginBottom: 16,
    style: { background: "transparent", color: tokenColour("--soft-ink"), fontSize: "11px" },
    x: {
      type: "point",
      padding: 0.15,
      domain: axes.map(({ name }) => name),
      axis: "top",
      label: null,
      tickSize: 0,
      tickPadding: 14,
    },
    y: { domain: [0, 1], axis: null },
    marks: [
      Plot.ruleX(
        axes.map(({ name }) => name),
        { stroke: tokenColour("--strong-line") },
      ),
      ...runs.flatMap((run, place) =>
        linesOf(
          points.filter((point) => point.run === place),
          { words: wordsOf(run.name, axes, place), ...lineColour(place, colour) },
        ),
      ),
      Plot.text(ticks, {
        x: "name",
        y: "y",
        text: "label",
        dx: 6,
        textAnchor: "start",
        fill: tokenColour("--ink"),
        stroke: tokenColour("--paper"),
        strokeWidth: 3,
      }),
    ],
  });
  return {
    svg: plot as SVGSVGElement, // a chart without a legend or a caption
    xOf: (name) => plot.scale("x")!.apply(name) as number,
    yOf: (place) => plot.scale("y")!.apply(place) as number,
  };
}

type LineColour = { stroke: string; isDashed: boolean };

/** The name of a run and its value on each axis. */
function wordsOf(name: string, axes: readonly ParallelAxis[], run: number): string {
  const values = axes.flatMap((axis) => {
    const value = axis.numbers?.[run] ?? axis.words?.[run];
    return value === undefined ? [] : [`${axis.name} ${value}`];
  });
  return [name, ...values].join("\n");
}

/** The line of a run, after a wide invisible one by which the pointer finds it: the others then fade. */
function linesOf(
  points: readonly { name: string; y: number }[],
  { stroke, isDashed, words }: LineColour & { words: string },
): Plot.Markish[] {
  const path = { x: "name", y: "y", curve: "bump-x" } as const;
  return [
    Plot.line(points, {
      ...path,
      className: "reach",
      stroke,
      strokeOpacity: 0,
      strokeWidth: 12,
      z: null,
      title: () => words,
    }),
    Plot.line(points, {
      ...path,
      className: "run-line",
      stroke,
      strokeWidth: 1.8,
      strokeOpacity: 0.85,
      ...(isDashed ? { strokeDasharray: "5,4" } : {}),
    }),
  ];
}

/** Colour of a line: its own, or that of its value between two colours; runs without a finite value are grey. */
function lineColour(place: number, axis: ParallelAxis | undefined): LineColour {
  if (axis === undefined) {
    return { stroke: tokenColour(`--curve-${(place % CURVE_COLOURS) + 1}`), isDashed: place >= CURVE_COLOURS };
  }
  const share = axis.places[place];
  const stroke =
    share === undefined
      ? tokenColour("--strong-line")
      : mixed(tokenColour("--scale-low"), tokenColour("--scale-high"), share);
  return { stroke, isDashed: share === undefined };
}

/** A colour between two colours of the form `rgb(1, 2, 3)`. */
function mixed(low: string, high: string, share: number): string {
  const [from, to] = [low, high].map((colour) => (colour.match(/[\d.]+/g) ?? []).map(Number));
  return `rgb(${[0, 1, 2].map((i) => Math.round(from![i]! + share * (to![i]! - from![i]!))).join(", ")})`;
}

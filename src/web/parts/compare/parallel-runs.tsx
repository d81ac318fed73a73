import * as Plot from "@observablehq/plot";
import { type ReactNode, useMemo, useState } from "react";

import { firstAxes, type NamedValues, parallelAxes, type ParallelAxis, resultAxis } from "../../parallel-axes.ts";
import { tokenColour } from "../../theme.ts";
import { Empty } from "../empty.tsx";
import { CURVE_COLOURS } from "../charts/chart-options.ts";
import { KeyPicker } from "../key-picker.tsx";
import { shownValue } from "../words.ts";
import { Picker } from "./picker.tsx";
import { PlotFrame } from "./plot-frame.tsx";

/** The choice of a colour for each line; no axis has an empty name. */
const BY_RUN = "";

/** Least distance between axes, px, so that their names do not overlap; a narrow chart scrolls. */
const AXIS_PX = 110;

type Props = {
  runs: readonly NamedValues[];
  /** Name of the lines, in the plural. */
  what?: string;
};

/** Parallel coordinates: a line for each run, an axis for each param that differs and for metrics. */
export default function ParallelRuns({ runs, what = "runs" }: Props): ReactNode {
  const axes = useMemo(() => parallelAxes(runs), [runs]);
  const [chosen, setChosen] = useState<readonly string[]>(() => firstAxes(axes));
  const [colourName, setColourName] = useState<string>();
  const shown = useMemo(() => axes.filter(({ name }) => chosen.includes(name)), [axes, chosen]);
  if (axes.length < 2) {
    return <Empty title="Nothing differs">The {what} have the same params and metrics.</Empty>;
  }
  const usual = runs.length > CURVE_COLOURS ? resultAxis(axes)?.name : BY_RUN;
  const colour = axes.find(({ name }) => name === (colourName ?? usual));
  const scales = axes.filter(({ numbers }) => numbers !== undefined).map(({ name }) => ({ id: name, text: name }));
  return (
    <div className="stack">
      <div className="toolbar">
        <Picker
          label="Colour by"
          options={[{ id: BY_RUN, text: `colours of the ${what}` }, ...scales]}
          value={colour?.name ?? BY_RUN}
          onChange={setColourName}
        />
        {colour === undefined ? null : <Gradient axis={colour} />}
        <KeyPicker
          title="Axes"
          keys={axes.map(({ name }) => ({ name }))}
          chosen={chosen}
          onChange={(next) => setChosen(next ?? firstAxes(axes))}
        />
      </div>
      <ParallelChart axes={shown} runs={runs} what={what} colour={colour} />
    </div>
  );
}

/** The colours of an axis, from its lowest to its highest value. */
function Gradient({ axis: { name, numbers } }: { axis: ParallelAxis }): ReactNode {
  const known = (numbers ?? []).filter((value) => value !== undefined);
  return (
    <span className="gradient small soft">
      {shownValue(Math.min(...known))}
      <span className="gradient-bar" role="img" aria-label={`Colours of ${name}, from low to high`} />
      {shownValue(Math.max(...known))}
    </span>
  );
}

type ChartProps = {
  axes: readonly ParallelAxis[];
  runs: readonly NamedValues[];
  what: string;
  /** The axis whose values colour the lines; undefined: each line has its own colour. */
  colour: ParallelAxis | undefined;
};

function ParallelChart({ axes, runs, what, colour }: ChartProps): ReactNode {
  const draw = useMemo(() => (width: number) => parallelPlot({ axes, runs, colour }, width), [axes, runs, colour]);
  return <PlotFrame label={`${runs.length} ${what} over ${axes.map(({ name }) => name).join(", ")}`} draw={draw} />;
}

type Plotted = Omit<ChartProps, "what">;

function parallelPlot({ axes, runs, colour }: Plotted, width: number): HTMLElement | SVGElement {
  const points = axes.flatMap(({ name, places }) =>
    places.flatMap((y, run) => (y === undefined ? [] : [{ name, y, run }])),
  );
  const ticks = axes.flatMap(({ name, ticks: own }) => own.map(({ y, label }) => ({ name, y, label })));
  return Plot.plot({
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
          run,
          points.filter((point) => point.run === place),
          lineColour(place, colour),
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
}

type LineColour = { stroke: string; isDashed: boolean };

/** The line of a run, after a wide invisible one by which the pointer finds it: the others then fade. */
function linesOf(run: NamedValues, points: readonly { name: string; y: number }[], colour: LineColour): Plot.Markish[] {
  const { stroke, isDashed } = colour;
  const path = { x: "name", y: "y", curve: "bump-x" } as const;
  const words = [
    run.name,
    ...[...run.params, ...run.metrics]
      .filter(({ key }) => points.some(({ name }) => name === key))
      .map(({ key, value }) => `${key} ${value}`),
  ];
  return [
    Plot.line(points, {
      ...path,
      className: "reach",
      stroke,
      strokeOpacity: 0,
      strokeWidth: 12,
      z: null,
      title: () => words.join("\n"),
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

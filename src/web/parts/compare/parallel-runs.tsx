import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";

import { type AxisRange, type AxisRanges, insideRuns } from "../../parallel-ranges.ts";
import { firstAxes, type NamedValues, parallelAxes, type ParallelAxis, resultAxis } from "../../parallel-axes.ts";
import { Empty } from "../empty.tsx";
import { CURVE_COLOURS } from "../charts/chart-options.ts";
import { KeyPicker } from "../key-picker.tsx";
import { shownValue } from "../words.ts";
import { addBrushes } from "./axis-brush.ts";
import { AxisRangeForm } from "./axis-range-form.tsx";
import { parallelPlot } from "./parallel-plot.ts";
import { Picker } from "./picker.tsx";
import { PlotFrame } from "./plot-frame.tsx";
import { RangeState } from "./range-state.tsx";
import { useAxisRanges } from "./use-axis-ranges.ts";

/** The choice of a colour for each line; no axis has an empty name. */
const BY_RUN = "";

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
  const [ranges, setRange] = useAxisRanges(axes);
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
        <AxisRangeForm axes={axes} ranges={ranges} onChange={setRange} />
      </div>
      <RangeState
        ranges={ranges}
        inside={insideRuns(axes, ranges, runs.length)}
        what={what}
        onClear={(names) => {
          for (const name of names) setRange(name, undefined);
        }}
      />
      <ParallelChart
        axes={shown}
        all={axes}
        runs={runs}
        what={what}
        colour={colour}
        ranges={ranges}
        onRange={setRange}
      />
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
  /** Also the axes that are not shown: they may have ranges. */
  all: readonly ParallelAxis[];
  runs: readonly NamedValues[];
  what: string;
  /** The axis whose values colour the lines; undefined: each line has its own colour. */
  colour: ParallelAxis | undefined;
  ranges: AxisRanges;
  onRange: (name: string, range: AxisRange | undefined) => void;
};

function ParallelChart({ axes, all, runs, what, colour, ranges, onRange }: ChartProps): ReactNode {
  const latest = useRef(onRange);
  useEffect(() => {
    latest.current = onRange;
  });
  const draw = useMemo(
    () => (width: number) => {
      const { svg, xOf, yOf } = parallelPlot({ axes, runs, colour }, width);
      const lines = [...svg.querySelectorAll("g.run-line")];
      const fade = (given: AxisRanges): void => {
        const { isInside } = insideRuns(all, given, runs.length);
        for (const [run, line] of lines.entries()) line.classList.toggle("outside", !isInside[run]);
      };
      fade(ranges);
      addBrushes({ svg, xOf, yOf }, axes, {
        ranges,
        onDrag: (name, range) => {
          const others = [...ranges].filter(([other]) => other !== name);
          fade(new Map(range === undefined ? others : [...others, [name, range]]));
        },
        onRange: (name, range) => latest.current(name, range),
      });
      return svg;
    },
    [axes, all, runs, colour, ranges],
  );
  return <PlotFrame label={`${runs.length} ${what} over ${axes.map(({ name }) => name).join(", ")}`} draw={draw} />;
}

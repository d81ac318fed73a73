import * as Plot from "@observablehq/plot";
import { type ReactNode, useMemo, useState } from "react";
import { Button } from "react-aria-components";

import { type NamedValues, parallelAxes, type ParallelAxis, resultAxis } from "../../parallel-axes.ts";
import { rankCorrelation } from "../../rank-correlation.ts";
import { tokenColour } from "../../theme.ts";
import { CURVE_COLOURS } from "../charts/chart-options.ts";
import { Empty } from "../empty.tsx";
import { Picker } from "./picker.tsx";
import { PlotFrame } from "./plot-frame.tsx";

/** Number of different values up to which each has its own tick. */
const MOST_TICKS = 6;

type Axis = ParallelAxis & { numbers: readonly (number | undefined)[] };

/** Two values of all runs against each other, and which params go with a result. */
export default function ScatterRuns({ runs }: { runs: readonly NamedValues[] }): ReactNode {
  const axes = useMemo(() => parallelAxes(runs).filter((axis): axis is Axis => axis.numbers !== undefined), [runs]);
  const [names, setNames] = useState<{ x?: string; y?: string }>({});
  const result = resultAxis(axes);
  const y = axes.find(({ name }) => name === names.y) ?? axes.find(({ name }) => name === result?.name);
  const related =
    y === undefined
      ? []
      : relations(
          axes.filter(({ isResult }) => !isResult),
          y,
        );
  const x = axes.find(({ name }) => name === names.x) ?? related[0]?.axis ?? axes.find((axis) => axis !== y);
  if (x === undefined || y === undefined || x === y) {
    return <Empty title="Nothing to plot">The runs have fewer than two numbers that differ.</Empty>;
  }
  const options = axes.map(({ name }) => ({ id: name, text: name }));
  return (
    <div className="stack">
      <div className="toolbar">
        <Picker label="Across" options={options} value={x.name} onChange={(id) => setNames({ ...names, x: id })} />
        <Picker label="Up" options={options} value={y.name} onChange={(id) => setNames({ ...names, y: id })} />
      </div>
      <ScatterChart runs={runs} x={x} y={y} />
      {related.length === 0 ? null : (
        <section className="stack" aria-label="Params that go with the result">
          <p className="soft small">
            Rank correlation of each numeric param with {y.name}: -1 or 1 means that it always falls or rises with the
            param. It does not say why, and few runs prove little.
          </p>
          <div className="toolbar">
            {related.map(({ axis, rho, count }) => (
              <Button key={axis.name} className="button" onPress={() => setNames({ ...names, x: axis.name })}>
                {axis.name} <span className="soft">{`${rho.toFixed(2)}, ${count} runs`}</span>
              </Button>
            ))}
          </div>
        </section>
      )}
    </div>
  );
}

/** Params by the strength of their rank correlation with a result. */
function relations(params: readonly Axis[], result: Axis): { axis: Axis; rho: number; count: number }[] {
  return params
    .flatMap((axis) => {
      const found = rankCorrelation(axis.numbers, result.numbers);
      return found === undefined ? [] : [{ axis, ...found }];
    })
    .toSorted((a, b) => Math.abs(b.rho) - Math.abs(a.rho));
}

type ChartProps = { runs: readonly NamedValues[]; x: Axis; y: Axis };

function ScatterChart({ runs, x, y }: ChartProps): ReactNode {
  const draw = useMemo(() => (width: number) => scatterPlot({ runs, x, y }, width), [runs, x, y]);
  return <PlotFrame label={`${y.name} over ${x.name} of ${runs.length} runs`} draw={draw} />;
}

function scatterPlot({ runs, x, y }: ChartProps, width: number): HTMLElement | SVGElement {
  const points = runs.flatMap(({ name }, run) => {
    const [across, up] = [x.numbers[run], y.numbers[run]];
    return across === undefined || up === undefined ? [] : [{ name, run, across, up }];
  });
  return Plot.plot({
    width,
    height: 380,
    marginLeft: 60,
    marginBottom: 40,
    marginTop: 30,
    style: { background: "transparent", color: tokenColour("--soft-ink"), fontSize: "11px" },
    x: { ...scaleOf(x), label: x.name },
    y: { ...scaleOf(y), label: y.name, grid: true },
    marks: [
      Plot.dot(points, {
        x: "across",
        y: "up",
        r: 5,
        fill: ({ run }: { run: number }) => tokenColour(`--curve-${(run % CURVE_COLOURS) + 1}`),
        title: ({ name, across, up }: (typeof points)[number]) => `${name}\n${x.name} ${across}\n${y.name} ${up}`,
        tip: { fill: tokenColour("--raised"), stroke: tokenColour("--line") },
      }),
    ],
  });
}

/** A logarithmic scale for positive numbers that span two orders of magnitude. */
function scaleOf({ numbers }: Axis): Plot.ScaleOptions {
  const known = [...new Set(numbers.filter((value) => value !== undefined))];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const ticks = known.length <= MOST_TICKS ? { ticks: known, tickFormat: "~g" } : {};
  return low > 0 && high / low >= 100 ? { type: "log", ...ticks } : { nice: true, ...ticks };
}

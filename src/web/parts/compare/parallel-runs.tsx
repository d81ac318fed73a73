import * as Plot from "@observablehq/plot";
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";

import { firstAxes, type NamedValues, parallelAxes, type ParallelAxis } from "../../parallel-axes.ts";
import { onThemeChange, tokenColour } from "../../theme.ts";
import { Checkbox } from "../checkbox.tsx";
import { Empty } from "../empty.tsx";
import { CURVE_COLOURS } from "../chart-options.ts";

type Props = {
  runs: readonly NamedValues[];
  /** Name of the lines, in the plural. */
  what?: string;
};

/** Parallel coordinates: a line for each run, an axis for each param that differs and for metrics. */
export default function ParallelRuns({ runs, what = "runs" }: Props): ReactNode {
  const axes = useMemo(() => parallelAxes(runs), [runs]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(firstAxes(axes)));
  const shown = axes.filter(({ name }) => chosen.has(name));
  if (axes.length < 2) {
    return <Empty title="Nothing differs">The {what} have the same params and metrics.</Empty>;
  }
  return (
    <div className="stack">
      <div className="toolbar" role="group" aria-label="Axes">
        {axes.slice(0, 40).map(({ name }) => (
          <Checkbox
            key={name}
            isSelected={chosen.has(name)}
            onChange={(isSelected) =>
              setChosen((before) =>
                isSelected ? new Set([...before, name]) : new Set([...before].filter((other) => other !== name)),
              )
            }
          >
            {name}
          </Checkbox>
        ))}
      </div>
      <ParallelChart axes={shown} runs={runs} what={what} />
    </div>
  );
}

type ChartProps = { axes: readonly ParallelAxis[]; runs: readonly NamedValues[]; what: string };

function ParallelChart({ axes, runs, what }: ChartProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const ink = useSyncExternalStore(onThemeChange, () => tokenColour("--ink"));
  useEffect(() => {
    const element = place.current!;
    const draw = (): void => {
      const plot = parallelPlot(axes, runs, element.clientWidth);
      plot.setAttribute("aria-hidden", "true"); // the element says what it shows; marks may not have names of their own
      element.replaceChildren(plot);
    };
    const watch = new ResizeObserver(draw);
    watch.observe(element);
    return () => watch.disconnect();
  }, [axes, runs, ink]);
  const label = `${runs.length} ${what} over ${axes.map(({ name }) => name).join(", ")}`;
  return <div className="panel parallel" ref={place} role="img" aria-label={label} />;
}

function parallelPlot(
  axes: readonly ParallelAxis[],
  runs: readonly NamedValues[],
  width: number,
): HTMLElement | SVGElement {
  const points = axes.flatMap(({ name, places }) =>
    places.flatMap((y, run) => (y === undefined ? [] : [{ name, y, run, title: runs[run]!.name }])),
  );
  const ticks = axes.flatMap(({ name, ticks: own }) => own.map(({ y, label }) => ({ name, y, label })));
  const colour = (run: number): string => tokenColour(`--curve-${(run % CURVE_COLOURS) + 1}`);
  return Plot.plot({
    width,
    height: 380,
    marginLeft: 50,
    marginRight: 50,
    marginTop: 36,
    marginBottom: 16,
    style: { background: "transparent", color: tokenColour("--soft-ink"), fontSize: "11px" },
    x: { type: "point", domain: axes.map(({ name }) => name), axis: "top", label: null, tickSize: 0, tickPadding: 14 },
    y: { domain: [0, 1], axis: null },
    marks: [
      Plot.ruleX(
        axes.map(({ name }) => name),
        { stroke: tokenColour("--strong-line") },
      ),
      ...runs.map((_, run) =>
        Plot.line(
          points.filter((point) => point.run === run),
          {
            x: "name",
            y: "y",
            stroke: colour(run),
            strokeWidth: 1.8,
            strokeOpacity: 0.85,
            curve: "bump-x",
            ...(run >= CURVE_COLOURS ? { strokeDasharray: "5,4" } : {}),
          },
        ),
      ),
      Plot.dot(points, { x: "name", y: "y", r: 3, fill: ({ run }: { run: number }) => colour(run), title: "title" }),
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

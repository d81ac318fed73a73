import { type ReactNode, useMemo, useState } from "react";
import { Button } from "react-aria-components";

import type { ChartRanges, RangeChange } from "../../curves/chart-ranges.ts";
import type { CurveView, NamedCurve } from "../../curves/curve-data.ts";
import type { CurvePoint } from "../../curves/curve.ts";
import { shownValue } from "../words.ts";
import { ChartMenu } from "./chart-menu.tsx";
import { hiddenWords, isLimited } from "./hidden-words.ts";
import { useCurvePlot } from "./use-curve-plot.ts";

type Props = {
  title: string;
  curves: readonly NamedCurve[];
  view: CurveView;
  /** Limits of the axes. */
  ranges: ChartRanges;
  group: string;
  /** Steps that are marked by a dashed line; default: none. */
  rungs?: readonly number[];
};

const NO_RUNGS: readonly number[] = [];

/**
 * Live curves of one metric. Smoothed lines are drawn over faint raw ones; at a value that is not finite, the line
 * breaks and a cross appears at the bottom of the chart. Its accessible name contains the latest values. A chart is
 * drawn when it comes near the window, so that of a hundred charts the visible ones come first.
 */
export function CurveChart({ title, curves, view, ranges, group, rungs = NO_RUNGS }: Props): ReactNode {
  const [isLarge, setIsLarge] = useState(false);
  const { x, y } = ranges.rangeOf(title);
  const range = useMemo(() => ({ x, y }), [x, y]);
  const broken = curves.reduce((sum, { points }) => sum + points.filter(([, , v]) => !Number.isFinite(v)).length, 0);
  const onRange = (change: RangeChange): void => ranges.change(title, change);
  const place = useCurvePlot({ curves, view, range, onRange, group, rungs, broken });
  const note = hiddenWords(curves, { view, range });
  const lasts = curves.map(({ name, points }) => `${curves.length > 1 ? `${name}: ` : ""}${lastWords(points)}`);
  return (
    <figure className={`chart${isLarge ? " large" : ""}`}>
      <div className="head">
        <h2>{title}</h2>
        <span className="last">
          {broken > 0 ? <span className="state bad">{brokenWords(broken, curves)}</span> : null}
          {curves.length === 1 ? shownLast(curves[0]!.points) : null}
          <ChartMenu
            title={title}
            curves={curves}
            view={view}
            ranges={ranges}
            note={note}
            canvas={() => place.current?.querySelector("canvas") ?? null}
            isLarge={isLarge}
            onLarge={setIsLarge}
          />
        </span>
      </div>
      {note === undefined ? null : (
        <p className="range-note soft small">
          {note}
          {isLimited(range) ? (
            <Button
              className="link"
              aria-label={`Reset the range of ${title}`}
              onPress={() => onRange({ x: undefined, y: undefined })}
            >
              Reset
            </Button>
          ) : null}
        </p>
      )}
      <div className="plot" ref={place} role="img" aria-label={`${title}: ${lasts.join("; ")}`} />
    </figure>
  );
}

/** Number of values that are not finite, and the curves that have them. */
function brokenWords(broken: number, curves: readonly NamedCurve[]): string {
  if (curves.length === 1) return `${broken} not finite`;
  const [first, ...more] = curves.filter(({ points }) => points.some(([, , value]) => !Number.isFinite(value)));
  return `${broken} not finite in ${first?.name ?? ""}${more.length === 0 ? "" : ` and ${more.length} more`}`;
}

function lastWords(points: readonly CurvePoint[]): string {
  const last = points.at(-1);
  return last === undefined ? "no values" : `${shownValue(last[2])} at step ${last[0]}`;
}

function shownLast(points: readonly CurvePoint[]): ReactNode {
  const last = points.at(-1);
  return last === undefined ? "no values" : <strong>{shownValue(last[2])}</strong>;
}

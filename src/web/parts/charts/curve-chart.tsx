import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import uPlot from "uplot";

import { alignedData, type CurveView, type NamedCurve } from "../../curves/curve-data.ts";
import type { CurvePoint } from "../../curves/curve.ts";
import { onThemeChange, tokenColour } from "../../theme.ts";
import { ChartMenu } from "./chart-menu.tsx";
import { plotOptions } from "./chart-options.ts";
import { shownValue } from "../words.ts";

type Props = {
  title: string;
  curves: readonly NamedCurve[];
  view: CurveView;
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
export function CurveChart({ title, curves, view, group, rungs = NO_RUNGS }: Props): ReactNode {
  const [place, isNear] = useNear();
  const [isLarge, setIsLarge] = useState(false);
  const chart = useRef<{ plot: uPlot; key: string } | null>(null);
  const ink = useSyncExternalStore(onThemeChange, () => tokenColour("--ink"));
  const broken = curves.reduce((sum, { points }) => sum + points.filter(([, , v]) => !Number.isFinite(v)).length, 0);
  const names = curves.map(({ name, place: colour, band }) => `${name}:${colour}:${band !== undefined}`).join();
  const key = `${ink}|${names}|${view.axis}|${view.isLog}|${view.smoothing > 0}|${broken}|${rungs.join()}`;
  useEffect(() => {
    const element = place.current;
    if (element === null || !isNear) return;
    const data = alignedData(curves, view);
    if (chart.current?.key === key) {
      chart.current.plot.setData(data);
      return;
    }
    chart.current?.plot.destroy();
    chart.current = { key, plot: new uPlot(plotOptions(element, curves, { view, group, rungs }), data, element) };
  }, [isNear, key, curves, view, group, rungs, place]);
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
  }, [place]);
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
            canvas={() => place.current?.querySelector("canvas") ?? null}
            isLarge={isLarge}
            onLarge={setIsLarge}
          />
        </span>
      </div>
      <div className="plot" ref={place} role="img" aria-label={`${title}: ${lasts.join("; ")}`} />
    </figure>
  );
}

/** Whether an element is or was in the window or just outside it. */
function useNear(): [React.RefObject<HTMLDivElement | null>, boolean] {
  const place = useRef<HTMLDivElement>(null);
  const [isNear, setIsNear] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        setIsNear(true);
        watch.disconnect();
      },
      { rootMargin: "200px" },
    );
    watch.observe(place.current!);
    return () => watch.disconnect();
  }, []);
  return [place, isNear];
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

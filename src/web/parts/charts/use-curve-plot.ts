import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import uPlot from "uplot";

import type { ChartRange } from "../../curves/chart-range.ts";
import { alignedData, type CurveView, type NamedCurve } from "../../curves/curve-data.ts";
import { onThemeChange, tokenColour } from "../../theme.ts";
import { plotOptions } from "./chart-options.ts";

/** Content and settings of a chart; `onRange` is called when its range changes by the pointer. */
type Drawn = {
  curves: readonly NamedCurve[];
  view: CurveView;
  range: ChartRange;
  onRange: (range: Partial<ChartRange>) => void;
  group: string;
  rungs: readonly number[];
  /** Number of values that are not finite. */
  broken: number;
};

/** Draws curves in the element of the returned reference, once it comes near the window. */
export function useCurvePlot(drawn: Drawn): React.RefObject<HTMLDivElement | null> {
  const { curves, view, range, group, rungs, broken } = drawn;
  const [place, isNear] = useNear();
  const chart = useRef<{ plot: uPlot; key: string } | null>(null);
  const latest = useRef(drawn);
  const ink = useSyncExternalStore(onThemeChange, () => tokenColour("--ink"));
  const names = curves.map(({ name, place: colour, band }) => `${name}:${colour}:${band !== undefined}`).join();
  const key = `${ink}|${names}|${view.axis}|${view.isLog}|${view.smoothing > 0}|${broken}|${rungs.join()}`;
  useEffect(() => {
    latest.current = drawn;
  });
  useEffect(() => {
    const element = place.current;
    if (element === null || !isNear) return;
    const data = alignedData(curves, view);
    if (chart.current?.key === key) {
      chart.current.plot.setData(data);
      return;
    }
    chart.current?.plot.destroy();
    const options = plotOptions(element, curves, {
      view,
      group,
      rungs,
      rangeOf: () => latest.current.range,
      onRange: (next) => latest.current.onRange(next),
    });
    chart.current = { key, plot: new uPlot(options, data, element) };
  }, [isNear, key, curves, view, range, group, rungs, place]);
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
  return place;
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

import uPlot from "uplot";

import { type ChartRange, drawnLimits, type Limits, pointedLimits } from "../../curves/chart-range.ts";
import type { CurveView } from "../../curves/curve-data.ts";

/** A logarithmic scale. uPlot's enum of distributions is only a type, so its code is computed from text. */
const LOGARITHMIC = JSON.parse('{ "distr": 3 }') as uPlot.Scale;

/** Space above and below the curves of an automatic axis, as a share of their height: uPlot's own. */
const PADDING = 0.1;

/** Length of a drag, px, from which it also counts in the other direction. */
const BOTH_WAYS_PX = 30;

/** Scales of a chart. `rangeOf` is asked at each drawing, so that limits change without a new chart. */
export function chartScales({ axis, isLog }: CurveView, rangeOf: () => ChartRange): uPlot.Scales {
  return {
    x: {
      time: axis === "clock",
      range: (_, low, high) => within(rangeOf().x, { low, high, isLog: false }) ?? [null, null],
    },
    y: {
      ...(isLog ? LOGARITHMIC : {}),
      range: (_, low, high) => verticalRange(drawnLimits(rangeOf().y, isLog), { low, high, isLog }),
    },
  };
}

type Ends = { low: number | null; high: number | null; isLog: boolean };

/** Ends of an axis: its limits, or else the ends of its data; one that lies beyond the only limit gives way to it. */
function within(limits: Limits | undefined, { low, high, isLog }: Ends): [number, number] | undefined {
  const from = limits?.low ?? low ?? limits?.high ?? null;
  const to = limits?.high ?? high ?? from;
  if (from === null || to === null) return undefined;
  if (from < to || limits === undefined) return [from, to];
  const next = (value: number, sign: 1 | -1): number =>
    isLog ? value * 10 ** sign : value + sign * (Math.abs(value) || 1);
  return limits.low === undefined ? [next(to, -1), to] : [from, next(from, 1)];
}

function verticalRange(limits: Limits | undefined, data: Ends): uPlot.Range.MinMax {
  const ends = within(limits, data);
  if (ends === undefined) return [null, null];
  const [low, high] = data.isLog ? uPlot.rangeLog(...ends, 10, false) : uPlot.rangeNum(...ends, PADDING, true);
  return [limits?.low ?? low, limits?.high ?? high];
}

/** A drag across a chart: the horizontal limits of a wide one, the vertical ones of a high one, or both. */
export const DRAG: uPlot.Cursor.Drag = { x: true, y: true, uni: BOTH_WAYS_PX, setScale: false };

/** Zooms by dragging; a double click makes both axes automatic. A drag on another chart of the page does nothing here. */
export function zoomByDrag(isLog: boolean, onRange: (range: Partial<ChartRange>) => void): uPlot.Plugin {
  let isOwn = false;
  const zoom = (plot: uPlot): void => {
    const { left, top, width, height } = plot.select;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (!isOwn) return;
    const isWide = width < plot.over.clientWidth;
    const isHigh = height < plot.over.clientHeight;
    onRange({
      ...(isWide ? { x: pointedLimits(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"), false) } : {}),
      ...(isHigh ? { y: pointedLimits(plot.posToVal(top + height, "y"), plot.posToVal(top, "y"), isLog) } : {}),
    });
  };
  const listen = (plot: uPlot): void => {
    plot.over.addEventListener("mousedown", () => {
      isOwn = true;
      const end = (): unknown => setTimeout(() => (isOwn = false)); // after uPlot has told of the selection
      document.addEventListener("mouseup", end, { once: true });
    });
    plot.over.addEventListener("dblclick", () => onRange({ x: undefined, y: undefined }));
  };
  return { hooks: { init: listen, setSelect: zoom } };
}

import type { ParallelAxis } from "../../parallel-axes.ts";
import { type AxisRange, type AxisRanges, rangeBetween, rangePlaces } from "../../parallel-ranges.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Width of the strip along an axis in which a drag begins, and of a range on it, px. */
const [REACH_PX, RANGE_PX] = [28, 12];

/** Length of a drag, px, below which it is a click: that ends the range. */
const LEAST_PX = 4;

/** A drawn chart: where an axis is, and where a place on it is (0 bottom, 1 top), in the units of the picture. */
export type DrawnAxes = { svg: SVGSVGElement; xOf: (name: string) => number; yOf: (place: number) => number };

type Handlers = {
  ranges: AxisRanges;
  /** Called with the range that a drag has reached so far. */
  onDrag: (name: string, range: AxisRange | undefined) => void;
  /** Called with the range at the end of a drag; undefined after a click. */
  onRange: (name: string, range: AxisRange | undefined) => void;
};

/** Adds ranges to the axes of a chart: each is drawn, and a drag along an axis sets it. */
export function addBrushes({ svg, xOf, yOf }: DrawnAxes, axes: readonly ParallelAxis[], handlers: Handlers): void {
  const { ranges, onDrag, onRange } = handlers;
  const [top, bottom] = [yOf(1), yOf(0)];
  const placeAt = (event: PointerEvent): number => {
    const { top: edge, height } = svg.getBoundingClientRect();
    const y = ((event.clientY - edge) * svg.viewBox.baseVal.height) / height;
    return Math.min(1, Math.max(0, (bottom - y) / (bottom - top)));
  };
  for (const axis of axes) {
    const { name } = axis;
    const x = xOf(name);
    const marks = document.createElementNS(SVG, "g");
    const show = (range: AxisRange | undefined): void =>
      marks.replaceChildren(
        ...(range === undefined ? [] : rangePlaces(axis, range)).map(({ low, high }) =>
          rect("brush-range", { x: x - RANGE_PX / 2, y: yOf(high), width: RANGE_PX, height: yOf(low) - yOf(high) }),
        ),
      );
    const reach = rect("brush-axis", { x: x - REACH_PX / 2, y: top - 8, width: REACH_PX, height: bottom - top + 16 });
    let from: { place: number; y: number } | undefined;
    const dragged = (event: PointerEvent): AxisRange | undefined =>
      from === undefined || Math.abs(event.clientY - from.y) < LEAST_PX
        ? undefined
        : rangeBetween(axis, from.place, placeAt(event));
    const move = (event: PointerEvent): void => {
      if (from === undefined) return;
      show(dragged(event));
      onDrag(name, dragged(event));
    };
    reach.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // no text is selected
      reach.setPointerCapture(event.pointerId);
      from = { place: placeAt(event), y: event.clientY };
    });
    reach.addEventListener("pointermove", move);
    reach.addEventListener("pointerup", (event) => {
      if (from === undefined) return;
      const range = dragged(event);
      from = undefined;
      onRange(name, range);
    });
    reach.addEventListener("pointercancel", () => {
      from = undefined;
      show(ranges.get(name));
      onDrag(name, ranges.get(name));
    });
    show(ranges.get(name));
    svg.append(marks, reach);
  }
}

function rect(className: string, sizes: Record<string, number>): SVGRectElement {
  const element = document.createElementNS(SVG, "rect");
  element.setAttribute("class", className);
  for (const [name, size] of Object.entries(sizes)) element.setAttribute(name, String(size));
  return element;
}

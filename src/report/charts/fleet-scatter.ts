import * as Plot from "@observablehq/plot";

import { formatNumber } from "../../base/units.ts";
import { COLOR, type ChartWords, chartUsd, chartWidth, drawChart, isNarrow } from "./draw.ts";

/**
 * A fleet as a point: median wall hours and US dollars. The front consists of the fleets that no other fleet beats in
 * both.
 */
export type FleetPoint = { label: string; hours: number; usd: number; onFront: boolean };

const MARGIN = { left: 66, right: 40, top: 24, bottom: 48 } as const;

/**
 * Fleets by hours and cost, both logarithmic: the Pareto front is a stepped line, and its points are labelled if there
 * is room.
 */
export function fleetScatter(points: readonly FleetPoint[], words: ChartWords): string {
  const front = points.filter(({ onFront }) => onFront).toSorted((a, b) => a.hours - b.hours || a.usd - b.usd);
  const height = isNarrow(words) ? 400 : 460;
  const x = domainOf(points.map(({ hours }) => hours));
  const y = domainOf(points.map(({ usd }) => usd));
  const size = { width: chartWidth(words) - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const named = withRoom(front, ({ hours, usd }) => ({
    x: shareOf(hours, x) * size.width,
    y: -shareOf(usd, y) * size.height,
    limit: size.width + MARGIN.right,
  }));
  return drawChart(words, {
    height,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { ...axis("Wall hours of one run, p50"), domain: x, tickFormat: (hours: number) => formatNumber(hours, 2) },
    y: { ...axis("US dollars of one run, p50"), domain: y, tickFormat: chartUsd },
    marks: [
      Plot.gridX({ stroke: COLOR.grid, strokeOpacity: 1 }),
      Plot.gridY({ stroke: COLOR.grid, strokeOpacity: 1 }),
      Plot.dot(
        points.filter(({ onFront }) => !onFront),
        { x: "hours", y: "usd", r: 3.5, stroke: COLOR.muted, strokeWidth: 1.25 },
      ),
      Plot.line(front, { x: "hours", y: "usd", curve: "step-after", stroke: COLOR.main, strokeWidth: 2 }),
      Plot.dot(front, { x: "hours", y: "usd", r: 4.5, fill: COLOR.main }),
      ...named.map(({ point, isLeft }) =>
        Plot.text([point], {
          x: "hours",
          y: "usd",
          text: "label",
          dx: isLeft ? -8 : 8,
          dy: isLeft ? 11 : -9,
          textAnchor: isLeft ? "end" : "start",
          fill: "currentColor",
          stroke: "var(--paper, #fff)",
          strokeWidth: 4,
        }),
      ),
    ],
  });
}

function axis(label: string): Plot.ScaleOptions {
  return { type: "log", label, labelAnchor: "center", labelArrow: "none" };
}

/** The range of positive values with some room around it, at least a factor of four wide. */
function domainOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(1.25, 2 / Math.sqrt(high / low));
  return [low / room, high * room];
}

function shareOf(value: number, [low, high]: [number, number]): number {
  return Math.log(value / low) / Math.log(high / low);
}

/** Height of a line and mean width of a letter, in pixels. */
const LINE = 16;
const LETTER = 7.4;

type Place = { x: number; y: number; limit: number };

/**
 * The points whose labels do not overlap: the two ends first, then the others starting from the fastest. A label is to
 * the right of its point, or to the left at the edge of the chart.
 */
function withRoom(
  front: readonly FleetPoint[],
  placeOf: (point: FleetPoint) => Place,
): { point: FleetPoint; isLeft: boolean }[] {
  const [first, ...others] = front;
  if (first === undefined) return [];
  const last = others.pop();
  const taken: { from: number; to: number; y: number }[] = [];
  return [first, ...(last === undefined ? [] : [last]), ...others].flatMap((point) => {
    const { x, y, limit } = placeOf(point);
    const width = point.label.length * LETTER;
    const isLeft = x + 8 + width > limit;
    const box = isLeft ? { from: x - 8 - width, to: x, y: y + 11 } : { from: x, to: x + 8 + width, y: y - 9 };
    const isFree = taken.every(
      (entry) => Math.abs(entry.y - box.y) >= LINE || entry.to < box.from || box.to < entry.from,
    );
    if (!isFree) return [];
    taken.push(box);
    return [{ point, isLeft }];
  });
}

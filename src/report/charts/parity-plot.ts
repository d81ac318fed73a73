import * as Plot from "@observablehq/plot";

import { formatNumber } from "../../base/units.ts";
import { COLOR, type ChartWords, drawChart, isNarrow } from "./draw.ts";

/** A measured value, its estimate, and who measured it. */
export type ParityPoint = { group: string; measured: number; p10: number; p50: number; p90: number };

/** Measured quantity, with its unit, for the axes. */
export type ParityWords = ChartWords & { quantity: string };

/** Number of groups with a colour of their own; the others share one. */
const COLOURED = 6;

/** Width of the plot next to its legend, and its minimum, in pixels. */
const PLOT_WIDTH = 590;
const LEAST_LEGEND = 190;

/** Width of a letter of the legend and of its symbol, in pixels: a letter is about half as wide as it is high. */
const LETTER = 8;
const BEFORE_TEXT = 36;

/** Maximum length of a group's name before it is shortened. */
const LONGEST_NAME = 32;

/** Height of one entry of the legend, in pixels. */
const ENTRY = 22;

/**
 * Measured against estimated on two logarithmic axes of one scale: they agree on the diagonal, the thin lines are a
 * quarter above and below it, and each point has a bar from p10 to p90. The largest groups have a colour and a symbol.
 */
export function parityPlot(points: readonly ParityPoint[], words: ParityWords): string {
  const groups = legendOf(points);
  const styleOf = (point: ParityPoint): LegendEntry =>
    groups.find(({ group }) => group === point.group) ?? groups.at(-1)!;
  // Small groups are drawn last, so that large ones do not hide them.
  const drawn = points.toSorted((a, b) => styleOf(b).count - styleOf(a).count);
  const domain = domainOf(points);
  const narrow = isNarrow(words);
  const legendHeight = ENTRY * (groups.length + 1);
  const axis = { type: "log", domain, ticks: ticksIn(domain), tickFormat: tick } as const;
  return drawChart(words, {
    width: narrow ? 340 : PLOT_WIDTH + legendWidth(groups),
    height: narrow ? 340 + legendHeight : 600,
    marginLeft: narrow ? 44 : 56,
    marginRight: narrow ? 14 : legendWidth(groups),
    marginTop: 30,
    marginBottom: narrow ? 46 + legendHeight : 46,
    x: { ...axis, label: null },
    y: { ...axis, label: `Estimated ${words.quantity}`, labelArrow: "none" },
    marks: [
      Plot.gridX(ticksIn(domain), { stroke: COLOR.grid, strokeOpacity: 1 }),
      Plot.gridY(ticksIn(domain), { stroke: COLOR.grid, strokeOpacity: 1 }),
      ...[0.75, 1, 1.25].map((factor) => diagonal(domain, factor)),
      Plot.ruleX(drawn, {
        x: "measured",
        y1: "p10",
        y2: "p90",
        stroke: colorOf(styleOf),
        strokeOpacity: 0.22,
        clip: true,
      }),
      Plot.dot(drawn, {
        x: "measured",
        y: "p50",
        r: narrow ? 2.4 : 3.2,
        stroke: colorOf(styleOf),
        fill: colorOf(styleOf),
        fillOpacity: 0.35,
        symbol: (point: ParityPoint) => styleOf(point).symbol,
      }),
      // Drawn here and not by the axis, which would place it under the legend.
      Plot.text([`Measured ${words.quantity}`], {
        frameAnchor: "bottom-left",
        dy: 36,
        textAnchor: "start",
        fill: "currentColor",
      }),
      ...groups.flatMap((entry, index) => legendMarks(entry, { index, narrow })),
    ],
    symbol: { type: "identity" },
  });
}

type LegendEntry = { group: string; count: number; color: string; symbol: string; text: string };

const SYMBOLS = ["circle", "triangle", "square", "diamond", "star", "wye"] as const;

function legendOf(points: readonly ParityPoint[]): LegendEntry[] {
  const counts = new Map<string, number>();
  for (const { group } of points) counts.set(group, (counts.get(group) ?? 0) + 1);
  const sorted = [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const shown = sorted.slice(0, sorted.length === COLOURED + 1 ? COLOURED + 1 : COLOURED);
  const rest = sorted.slice(shown.length);
  const entries = shown.map(([group, count], index) => ({
    group,
    count,
    color: COLOR.series[index]!,
    symbol: SYMBOLS[index % SYMBOLS.length]!,
    text: `${group.length > LONGEST_NAME ? `${group.slice(0, LONGEST_NAME - 1)}…` : group} (${count})`,
  }));
  if (rest.length === 0) return entries;
  const count = rest.reduce((sum, [, value]) => sum + value, 0);
  const other = { group: "", count, color: COLOR.muted, symbol: "plus", text: `${rest.length} others (${count})` };
  return [...entries, other];
}

/** Width of the names of the groups on the right. */
function legendWidth(groups: readonly LegendEntry[]): number {
  return Math.max(LEAST_LEGEND, BEFORE_TEXT + LETTER * Math.max(...groups.map(({ text }) => text.length)));
}

function colorOf(styleOf: (point: ParityPoint) => LegendEntry): (point: ParityPoint) => string {
  return (point) => styleOf(point).color;
}

function diagonal(domain: readonly [number, number], factor: number): Plot.Markish {
  const [low, high] = domain;
  const [from, to] = [Math.max(low, low / factor), Math.min(high, high / factor)];
  const ends = [from, to].map((measured) => ({ measured, estimated: measured * factor }));
  return Plot.line(ends, {
    x: "measured",
    y: "estimated",
    stroke: "currentColor",
    strokeOpacity: factor === 1 ? 0.9 : 0.45,
    strokeWidth: factor === 1 ? 1.5 : 1,
    ...(factor === 1 ? {} : { strokeDasharray: "4,4" }),
  });
}

function domainOf(points: readonly ParityPoint[]): [number, number] {
  const values = points.flatMap(({ measured, p50 }) => [measured, p50]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return [low / 1.25, high * 1.25];
}

/** One, two and five times the powers of ten within the domain, and fewer if the domain is wide. */
function ticksIn([low, high]: readonly [number, number]): number[] {
  const steps = high / low > 1000 ? [1] : high / low > 60 ? [1, 3] : [1, 2, 5];
  const from = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - from + 1 }, (_, index) => 10 ** (from + index));
  return powers.flatMap((power) => steps.map((step) => step * power)).filter((value) => value >= low && value <= high);
}

function tick(value: number): string {
  return value >= 1000 ? `${formatNumber(value / 1000)}k` : formatNumber(value);
}

function legendMarks(
  { text, color, symbol }: LegendEntry,
  { index, narrow }: { index: number; narrow: boolean },
): Plot.Markish[] {
  const anchor = { frameAnchor: narrow ? "bottom-left" : "top-right" } as const;
  const dx = narrow ? 0 : 18;
  const dy = narrow ? 62 + ENTRY * index : 10 + ENTRY * index;
  return [
    Plot.dot([text], {
      ...anchor,
      dx: dx + 6,
      dy,
      r: 4.5,
      symbol: symbol as Plot.SymbolType,
      stroke: color,
      fill: color,
      fillOpacity: 0.35,
    }),
    Plot.text([text], {
      ...anchor,
      dx: dx + 18,
      dy: narrow ? dy + 5 : dy - 6,
      textAnchor: "start",
      fill: "currentColor",
    }),
  ];
}

import * as Plot from "@observablehq/plot";

import { formatCount } from "../../base/units.ts";
import { COLOR, type ChartWords, chartUsd, chartWidth, drawChart, isNarrow } from "./draw.ts";

/** A cost at a volume with its range. */
export type VolumePoint = { volume: number; p10: number; p50: number; p90: number };

/** One option: its line over volume, and its band if it has a range. */
export type VolumeLine = { label: string; points: readonly VolumePoint[] };

/** Contents of the chart: the names of the axes, the current volume, and the highest value of interest. */
export type VolumeBandWords = ChartWords & {
  xLabel: string;
  yLabel: string;
  now: { volume: number; text: string };
  top: number;
};

const MARGIN = { left: 66, top: 30, bottom: 46 } as const;

/** Number of letters of a name that fit next to the chart. */
const NAME_LETTERS = 23;

/** Minimum distance between two names at the ends of their lines, in pixels. */
const LINE = 17;

/**
 * Options over volume, both axes logarithmic: medians as lines, p10-p90 as bands, the current volume as a rule. Lines
 * are named at their right ends; on a phone they are numbered there, in the order of `lines`.
 */
export function volumeBands(lines: readonly VolumeLine[], chart: VolumeBandWords): string {
  const { xLabel, yLabel, now, top, ...words } = chart;
  const height = isNarrow(words) ? 380 : 480;
  const marginRight = isNarrow(words) ? 26 : 212;
  const points = lines.flatMap(({ label, points: line }, index) =>
    line.map((point) => ({ ...point, label, color: colorOf(index) })),
  );
  const low = Math.min(...points.map(({ p10 }) => p10)) / 1.4;
  const domain = [low, top] as const;
  const names = lineNames(lines, { words, scale: { low, top }, height });
  const edge = chartWidth(words) - marginRight;
  const banded = points.filter(({ p10, p90 }) => p10 !== p90);
  return drawChart(words, {
    height,
    marginLeft: MARGIN.left,
    marginRight,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: {
      type: "log",
      label: xLabel,
      labelAnchor: "left",
      labelArrow: "none",
      tickFormat: tick,
      ticks: isNarrow(words) ? 4 : 8,
    },
    y: { type: "log", label: yLabel, labelArrow: "none", domain, tickFormat: chartUsd, ticks: 6 },
    marks: [
      Plot.gridY({ stroke: COLOR.grid, strokeOpacity: 1, ticks: 6 }),
      Plot.areaY(banded, {
        x: "volume",
        y1: "p10",
        y2: "p90",
        z: "label",
        fill: "color",
        fillOpacity: 0.16,
        clip: true,
      }),
      Plot.lineY(points, { x: "volume", y: "p50", z: "label", stroke: "color", strokeWidth: 2.25, clip: true }),
      Plot.ruleX([now.volume], { stroke: "currentColor", strokeDasharray: "4,3", strokeWidth: 1.25 }),
      Plot.text([now], {
        x: "volume",
        frameAnchor: "bottom",
        dx: 6,
        dy: -6,
        textAnchor: "start",
        text: "text",
        fill: "currentColor",
        stroke: "var(--paper, #fff)",
        strokeWidth: 4,
      }),
      ...names.map((name) => nameMark(name, edge)),
    ],
  });
}

/** The names of the lines, each at the height at which its line ends, moved apart. */
function lineNames(
  lines: readonly VolumeLine[],
  chart: { words: ChartWords; scale: { low: number; top: number }; height: number },
): { text: string; color: string; y: number }[] {
  const { low, top } = chart.scale;
  const inner = chart.height - MARGIN.top - MARGIN.bottom;
  const names = lines.flatMap(({ label, points }, index) => {
    const last = points.at(-1);
    if (last === undefined) return [];
    const share = Math.log(top / Math.min(top, Math.max(low, last.p50))) / Math.log(top / low);
    const text = isNarrow(chart.words) ? String(index + 1) : shortName(label);
    return [{ text, color: colorOf(index), y: MARGIN.top + share * inner }];
  });
  return apart(names, chart.height - MARGIN.bottom);
}

/** A name at the right end, positioned in pixels: names are moved apart if lines end close to each other. */
function nameMark({ text, color, y }: { text: string; color: string; y: number }, edge: number): Plot.Markish {
  return Plot.text([text], {
    frameAnchor: "top-left",
    dx: edge - MARGIN.left + 10,
    dy: y - MARGIN.top - 7,
    textAnchor: "start",
    text: (text: string) => text,
    fill: color,
    fontWeight: "600",
  });
}

/** The start of a name that is too long. The caption contains the complete name. */
function shortName(label: string): string {
  return label.length <= NAME_LETTERS ? label : `${label.slice(0, NAME_LETTERS - 1)}…`;
}

function colorOf(index: number): string {
  return COLOR.series[index % COLOR.series.length]!;
}

/** Labels only whole powers of ten: `10k`, `1M`, `1B`. */
function tick(value: number): string {
  const power = Math.log10(value);
  return Math.abs(power - Math.round(power)) < 1e-9 ? formatCount(value) : "";
}

/** Moves overlapping names apart, from the top down, then up again from the bottom. */
function apart<Name extends { y: number }>(names: readonly Name[], bottom: number): Name[] {
  const sorted = names.toSorted((a, b) => a.y - b.y);
  const placed: Name[] = [];
  for (const name of sorted) {
    const above = placed.at(-1);
    placed.push({ ...name, y: above === undefined ? name.y : Math.max(name.y, above.y + LINE) });
  }
  for (let index = placed.length - 1, limit = bottom; index >= 0; index--, limit -= LINE) {
    const name = placed[index]!;
    if (name.y <= limit) break;
    placed[index] = { ...name, y: limit };
  }
  return placed;
}

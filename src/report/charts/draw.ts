import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

import { formatCount, formatNumber } from "../../base/units.ts";

/** Words of a chart that a screen reader says in its place. */
export type ChartWords = {
  /** Unique on the page; prefix of the ids inside the SVG. */
  id: string;
  title: string;
  /** What the chart shows, with its main numbers. */
  description: string;
};

/** Width of every chart in pixels: it scales down with its column, and scrolls on a phone before text gets too small. */
const CHART_WIDTH = 680;

/** Colours as CSS variables of the page, each with what stands in where the SVG is shown alone. */
export const COLOR = {
  main: "var(--chart-main, #2f6690)",
  soft: "var(--chart-soft, #a9c5dd)",
  warm: "var(--chart-warm, #c8702a)",
  good: "var(--chart-good, #2b7a5b)",
  bad: "var(--chart-bad, #b3403a)",
  muted: "var(--chart-muted, #6b7280)",
  grid: "var(--chart-grid, #d9dee5)",
  series: [
    "var(--chart-1, #2f6690)",
    "var(--chart-2, #5a9bc4)",
    "var(--chart-3, #8a6bb0)",
    "var(--chart-4, #c8702a)",
    "var(--chart-5, #d9a441)",
    "var(--chart-6, #2b7a5b)",
    "var(--chart-7, #7a8791)",
  ],
} as const;

/** The part of a DOM element that is used here: linkedom on the server, the browser's own on a web page. */
type SvgElement = {
  readonly outerHTML: string;
  readonly firstChild: unknown;
  setAttribute: (name: string, value: string) => void;
  insertBefore: (child: unknown, before: unknown) => void;
  querySelector: (selector: string) => { remove: () => void } | null;
};
type SvgDocument = {
  createElementNS: (
    namespace: string,
    name: string,
  ) => { textContent: string; setAttribute: SvgElement["setAttribute"] };
};

const SVG = "http://www.w3.org/2000/svg";

/**
 * Draws a plot to SVG text: same input, same text. It carries a title and a description for screen readers, takes its
 * colours from the page (`currentColor` and CSS variables) and needs no script.
 */
export function drawChart(words: ChartWords, options: Plot.PlotOptions): string {
  const { document } = parseHTML("<html><body></body></html>") as unknown as { document: SvgDocument };
  const svg = Plot.plot({
    width: CHART_WIDTH,
    className: "chart",
    style: { fontSize: "13px" },
    ...options,
    document,
  }) as unknown as SvgElement;
  svg.querySelector("style")?.remove(); // the page styles `.chart`
  const add = (name: "title" | "desc", text: string): void => {
    const element = document.createElementNS(SVG, name);
    element.setAttribute("id", `${words.id}-${name}`);
    element.textContent = text;
    svg.insertBefore(element, svg.firstChild);
  };
  add("desc", words.description);
  add("title", words.title);
  svg.setAttribute("xmlns", SVG);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", `${words.id}-title ${words.id}-desc`);
  return withOwnIds(svg.outerHTML, words.id);
}

/** Plot numbers the ids of markers through the life of the process: number them anew per chart, so that output is the same. */
function withOwnIds(svg: string, chartId: string): string {
  const ids = new Map<string, string>();
  return svg.replaceAll(/plot-(?:marker|clip)-\d+/g, (id) => {
    if (!ids.has(id)) ids.set(id, `${chartId}-${ids.size + 1}`);
    return ids.get(id)!;
  });
}

/** Left margin in pixels that holds the longest of some labels at the chart's text size. */
export function labelMargin(labels: readonly string[]): number {
  return 18 + Math.max(0, ...labels.map((label) => Math.ceil(label.length * 7.6)));
}

/** Dollars written on a chart: three significant digits, as everywhere in a report. */
export function chartUsd(value: number): string {
  const text = formatNumber(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}

/** A label cut at `limit` characters, at a word where there is one. */
export function shortLabel(label: string, limit = 34): string {
  if (label.length <= limit) return label;
  const cut = label.slice(0, limit - 1);
  const space = cut.lastIndexOf(" ");
  return `${cut.slice(0, space > limit / 2 ? space : limit - 1)}…`;
}

/** Tick of an axis of money or counts: `0`, `500`, `20k`, `1.5M`. */
export function compactTick(value: number): string {
  return value === 0 ? "0" : `${value < 0 ? "−" : ""}${formatCount(Math.abs(value))}`;
}

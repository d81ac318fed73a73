import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

import { formatCount } from "../../base/units.ts";
import { minus, usd } from "../../base/words.ts";

/** Text alternative of a chart for screen readers. */
export type ChartWords = {
  /** Unique on the page; prefix of the ids inside the SVG. */
  id: string;
  title: string;
  /** Description of the chart, with its main numbers. */
  description: string;
  /** Variant of the chart; default: wide. */
  form?: ChartForm;
};

/** Wide for a page or a sheet of paper; narrow for a phone, on which a wide chart would be unreadable. */
type ChartForm = "wide" | "narrow";

/** Width in pixels, and font size: scaled to 0.75, as on paper, the text is still 8 pt. */
const FORMS: Readonly<Record<ChartForm, { width: number; fontSize: string }>> = {
  wide: { width: 900, fontSize: "14px" },
  narrow: { width: 340, fontSize: "13px" },
};

/** Draws a chart in both variants; a page shows one of them. */
export function chartPair(words: ChartWords, draw: (words: ChartWords) => string): { svg: string; narrow: string } {
  return {
    svg: draw({ ...words, form: "wide" }),
    narrow: draw({ ...words, id: `${words.id}-narrow`, form: "narrow" }),
  };
}

/** True if a chart is drawn for a phone. */
export function isNarrow({ form }: Pick<ChartWords, "form">): boolean {
  return form === "narrow";
}

/** Width of a form in pixels. */
export function chartWidth({ form = "wide" }: Pick<ChartWords, "form">): number {
  return FORMS[form].width;
}

/** Colours as CSS variables of the page, each with a fallback for a standalone SVG. */
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
    "var(--chart-5, #ad7c14)",
    "var(--chart-6, #2b7a5b)",
    "var(--chart-7, #7a8791)",
  ],
} as const;

/**
 * The part of a DOM element that is used here, implemented by linkedom on the server and by the browser on a web page.
 */
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
 * Draws a plot as SVG text; the same input gives the same text. The SVG has a title and a description for screen
 * readers, takes its colours from the page (`currentColor` and CSS variables) and needs no script.
 */
export function drawChart(words: ChartWords, options: Plot.PlotOptions): string {
  const { document } = parseHTML("<html><body></body></html>") as unknown as { document: SvgDocument };
  const svg = Plot.plot({
    width: chartWidth(words),
    className: "chart",
    style: { fontSize: FORMS[words.form ?? "wide"].fontSize },
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
  if (isNarrow(words)) svg.setAttribute("class", "chart narrow");
  svg.setAttribute("aria-labelledby", `${words.id}-title ${words.id}-desc`);
  return withOwnIds(svg.outerHTML, words.id);
}

/**
 * Plot numbers the ids of markers across the lifetime of the process; they are renumbered per chart, so that output is
 * reproducible.
 */
function withOwnIds(svg: string, chartId: string): string {
  const ids = new Map<string, string>();
  return svg.replaceAll(/plot-(?:marker|clip)-\d+/g, (id) => {
    if (!ids.has(id)) ids.set(id, `${chartId}-${ids.size + 1}`);
    return ids.get(id)!;
  });
}

/** Width of a wrapped label next to a bar, in the wide form: em, and pixels including its tick. */
const LABEL = { em: 17, pixels: 262 };

/** A row of a horizontal bar chart: `row` is its position, so that two rows with the same label remain separate. */
type LabelledRow = { row: number; label: string };

/** Common layout of horizontal bar charts: full labels, wrapped next to the bars, or above the bars on a phone. */
export function barLabels(rows: readonly LabelledRow[], words: Pick<ChartWords, "form">): BarLabels {
  const domain = rows.map(({ row }) => row);
  if (isNarrow(words)) {
    return {
      height: 50 * rows.length,
      marginLeft: 12,
      y: { axis: null, domain, padding: 0.6 },
      mark: Plot.text(rows, { y: "row", frameAnchor: "left", dy: -19, text: "label", textAnchor: "start", ...INK }),
    };
  }
  const isLong = rows.some(({ label }) => label.length > 2 * LABEL.em);
  return {
    height: (isLong ? 42 : 34) * rows.length,
    marginLeft: Math.min(LABEL.pixels, 24 + Math.max(0, ...rows.map(({ label }) => Math.ceil(label.length * 8.2)))),
    y: { axis: null, domain, padding: 0.4 },
    mark: Plot.axisY({ tickFormat: (row: number) => rows[row]?.label ?? "", lineWidth: LABEL.em, label: null }),
  };
}

/** Height of the rows in pixels, the margin for their labels, their scale, and the mark that draws the labels. */
type BarLabels = { height: number; marginLeft: number; y: Plot.ScaleOptions; mark: Plot.Markish };

const INK = { fill: "currentColor" } as const;

/** Dollars on a chart, formatted as in the rest of a report. */
export function chartUsd(value: number): string {
  return minus(usd(value));
}

/** Tick of an axis of money or counts: `0`, `500`, `20k`, `1.5M`. */
export function compactTick(value: number): string {
  return value === 0 ? "0" : `${value < 0 ? "−" : ""}${formatCount(Math.abs(value))}`;
}

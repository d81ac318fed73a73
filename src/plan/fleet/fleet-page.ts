import { formatNumber, formatUsd } from "../../base/units.ts";
import { whole } from "../../base/words.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { FleetCandidate, FleetSearch } from "../../domain/fleet-search.ts";
import { chartPair } from "../../report/charts/draw.ts";
import { type FleetPoint, fleetScatter } from "../../report/charts/fleet-scatter.ts";
import type { Block } from "../../report/document.ts";
import { htmlPage } from "../../report/html.ts";
import { FLEET_COLUMNS, frontMark, UNPRICED_COLUMNS } from "./fleet-columns.ts";
import { headOf, orderTexts, spotNotes, summaryText, unpricedNotes } from "./fleet-text.ts";

/**
 * A fleet search as one self-contained HTML page: the chart of hours and cost, all options, and the rejected
 * candidates.
 */
export function fleetPage(
  search: FleetSearch,
  { title, stack, day }: { title: string; stack: string; day: string },
): string {
  return htmlPage({
    title,
    subtitle: "Fleets for one training run",
    facts: [
      { label: "Day", value: day },
      { label: "Fleets tried", value: whole(search.candidates) },
      { label: "Options", value: whole(search.options.length) },
    ],
    sections: [
      {
        id: "options",
        title: "Options",
        blocks: [
          { kind: "paragraph", text: `${summaryText(search)}.` },
          ...chart(search.options),
          optionTable(search.options),
          { kind: "list", items: notesOf(search.options) },
          ...orderTexts(search, stack).map((text): Block => ({
            kind: "paragraph",
            text: `${capital(text)}.`,
            tone: "note",
          })),
        ],
      },
      ...(search.unpriced.length === 0
        ? []
        : [
            {
              id: "unpriced",
              title: "Without a price",
              blocks: [unpricedTable(search), { kind: "list" as const, items: unpricedNotes(search).map(capital) }],
            },
          ]),
      { id: "rejected", title: "Rejected", blocks: [rejectedTable(search)] },
    ],
    footer: "Estimates are ranges: one case in ten is below p10, one in ten above p90.",
  });
}

function chart(options: readonly FleetCandidate[]): Block[] {
  const points = options.flatMap(({ gpuCount, gpu, term, hours, cost, onFront, isLessSure }): FleetPoint[] =>
    isRefusal(hours) || isRefusal(cost)
      ? []
      : [{ label: `${gpuCount} × ${gpu} ${term}`, hours: hours.p50, usd: cost.p50, onFront: onFront && !isLessSure }],
  );
  if (points.length === 0) return [];
  const front = points.filter(({ onFront }) => onFront);
  const words = {
    id: "chart-fleets",
    title: "Wall hours and cost of each fleet",
    description: `On the front: ${front.map(({ label, hours, usd }) => `${label}, ${formatNumber(hours)} h, ${formatUsd(usd)} USD`).join("; ")}.`,
  };
  const pair = chartPair(words, (form) => fleetScatter(points, form));
  const caption =
    "Each point is a fleet with its best layout and micro-batch; the line is the front: options that no other option with a reliable price and speed beats in both. Both axes are logarithmic.";
  return [{ kind: "chart", ...pair, caption }];
}

function optionTable(options: readonly FleetCandidate[]): Block {
  return {
    kind: "table",
    caption: "Fleets that fit the run at p90, ranges p10–p90",
    columns: [
      ...FLEET_COLUMNS.map(({ head, align }) => ({
        head: capital(head),
        ...(align === undefined ? {} : { align }),
      })),
      { head: "Front" },
    ],
    rows: options.map((option) => ({
      cells: [...FLEET_COLUMNS.map(({ cell }) => cell(option)), frontText(option)],
    })),
  };
}

function unpricedTable({ unpriced }: FleetSearch): Block {
  return {
    kind: "table",
    caption: "Fleets of GPUs without a price that fit the run at p90, by hours, ranges p10–p90",
    columns: UNPRICED_COLUMNS.map(({ head, align }) => ({
      head: capital(head),
      ...(align === undefined ? {} : { align }),
    })),
    rows: unpriced.map((fleet) => ({ cells: UNPRICED_COLUMNS.map(({ cell }) => cell(fleet)) })),
  };
}

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}

function frontText(option: FleetCandidate): string {
  if (!option.onFront) return `behind ${option.dominatedBy ?? "others"}`;
  return `${frontMark(option)} ${option.isLessSure ? "would be on the front" : "on the front"}`;
}

function notesOf(options: readonly FleetCandidate[]): string[] {
  return [
    ...new Set(options.flatMap(({ gpu, notes }) => notes.map((note) => `* ${gpu}: ${note}.`))),
    ...spotNotes(options).map((note) => `S${note.slice(1)}.`),
  ];
}

function rejectedTable({ rejected }: FleetSearch): Block {
  return {
    kind: "table",
    caption: "Rejected fleets, by reason and GPU",
    columns: [
      { head: "Reason" },
      { head: "GPU", width: "nowrap" },
      { head: "Fleets", align: "right" },
      { head: "One of them", width: "wide" },
    ],
    rows: rejected.map((entry) => ({ cells: [headOf(entry), entry.gpu, whole(entry.count), entry.example] })),
  };
}

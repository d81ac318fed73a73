import { sentence } from "../../base/words.ts";
import type { Comparison, ServingOption } from "../../domain/comparison.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { Block, ReportDocument } from "../../report/document.ts";
import {
  basisLines,
  breakEvenTable,
  capacityLine,
  type CompareTable,
  conditionTable,
  optionTable,
  partsTable,
  returnTable,
  sensitivityTable,
  subjectLine,
} from "./compare-tables.ts";

/** The charts of a comparison, as blocks of its document. */
export type CompareCharts = { volume: readonly Block[]; tornado: readonly Block[] };

/**
 * The document of a comparison: the cheapest option, break-even, value, sensitivity. Charts are drawn only for HTML
 * pages.
 */
export function compareDocument(comparison: Comparison, charts?: CompareCharts): ReportDocument {
  const { model, on, options, warnings } = comparison;
  return {
    title: `Ways to serve ${model}`,
    subtitle: `${comparison.gpusPerReplica} × ${comparison.gpu} per replica, compared with APIs`,
    facts: [
      { label: "Prices of", value: on },
      { label: "Capacity", value: comparison.measured === null ? "estimated" : "measured by a load test" },
    ],
    sections: [
      {
        id: "verdict",
        title: "Which costs least",
        blocks: [
          { kind: "paragraph", text: `${sentence(comparison.verdict)}.` },
          { kind: "paragraph", text: `${subjectLine(comparison)}.` },
          ...(charts?.volume ?? []),
          tableBlock(optionTable(comparison)),
          ...tableBlocks(partsTable(comparison)),
          tableBlock(conditionTable(comparison)),
          ...unknownBlocks(options),
          ...warnings.map((warning): Block => ({ kind: "paragraph", text: `${sentence(warning)}.`, tone: "warning" })),
        ],
      },
      { id: "break-even", title: "Break-even", blocks: tableBlocks(breakEvenTable(comparison)) },
      {
        id: "over-time",
        title: "Over time",
        blocks: [...tableBlocks(returnTable(comparison)), ...(charts?.tornado ?? []), ...sensitivityBlocks(comparison)],
      },
      {
        id: "basis",
        title: "Basis",
        blocks: [{ kind: "list", items: [capacityLine(comparison), ...basisLines(comparison)].map(sentence) }],
      },
    ],
    footer: "Estimates are ranges: one case in ten is below p10, one in ten above p90.",
  };
}

/** Sensitivity of the saving: shown in full in a terminal, collapsed below its chart on a page. */
function sensitivityBlocks(comparison: Comparison): Block[] {
  const table = sensitivityTable(comparison);
  if (table === undefined || table.rows.length === 0) return [];
  const block = tableBlock(table);
  return [
    { kind: "details", summary: "The same as a table", blocks: [block], screenOnly: true },
    { ...block, on: "terminal" },
  ];
}

function tableBlocks(table: CompareTable): Block[] {
  return table.rows.length === 0 ? [] : [tableBlock(table)];
}

/** Options without a price, each with the input that would supply one. */
function unknownBlocks(options: readonly ServingOption[]): Block[] {
  const items = options.flatMap(({ label, costs: { usdPerMonth } }) =>
    isRefusal(usdPerMonth) && usdPerMonth.known === undefined
      ? [`${sentence(label)}: ${usdPerMonth.refused}. ${sentence(usdPerMonth.hint)}`]
      : [],
  );
  return items.length === 0
    ? []
    : [
        { kind: "heading", text: "Not costed" },
        { kind: "list", items },
      ];
}

function tableBlock({ title, columns, rows }: CompareTable): Block {
  return {
    kind: "table",
    caption: sentence(title),
    columns: columns.map(({ head, align, wrap }) => ({
      head: /^p\d/.test(head) ? head : sentence(head),
      ...(align === undefined ? {} : { align }),
      ...(wrap === undefined ? {} : { width: "wide" as const }),
    })),
    rows: rows.map((cells) => ({ cells })),
  };
}

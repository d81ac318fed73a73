import { formatNumber, formatRange } from "../../base/units.ts";
import { percent, sentence, usd } from "../../base/words.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { ServePlan } from "../../domain/serve-plan.ts";
import type { Block, ReportDocument, Tile } from "../../report/document.ts";
import { refusalsOf } from "../run/plan-run.ts";
import {
  adapterText,
  basisLines,
  boundsText,
  cellsOf,
  groupHeads,
  loadColumns,
  memoryText,
  planRows,
  requestsLine,
  servingLine,
  verdictText,
} from "./serve-lines.ts";

/** The charts of a plan, as blocks of its document. */
export type ServeCharts = { load: readonly Block[]; memory: readonly Block[] };

/** The document of a serving plan: result, latency and cost by load, memory. Charts are drawn only for HTML pages. */
export function serveDocument(plan: ServePlan, { day, charts }: { day: string; charts?: ServeCharts }): ReportDocument {
  const lines = [memoryText(plan), boundsText(plan), ...adapterText(plan)].map((text) => `${sentence(text)}.`);
  return {
    title: `Serving ${plan.spec.model}`,
    subtitle: servingLine(plan),
    facts: [
      { label: "Day", value: day },
      { label: "Requests", value: requestsLine(plan) },
    ],
    sections: [
      {
        id: "plan",
        title: "The plan",
        blocks: [
          { kind: "paragraph", text: `${servingLine(plan)}; ${requestsLine(plan)}.`, on: "terminal" },
          { kind: "paragraph", text: `${verdictText(plan)}.` },
          { kind: "tiles", tiles: tilesOf(plan), on: "page" },
          ...plan.warnings.map((warning): Block => ({ kind: "paragraph", text: `${warning}.`, tone: "warning" })),
          planTable(plan),
          ...unknownBlocks(plan),
          { kind: "paragraph", text: lines[1]!, tone: "note" },
        ],
      },
      {
        id: "load",
        title: "By load",
        blocks:
          plan.byLoad.length === 0 ? [{ ...noCurve(plan), on: "page" }] : [...(charts?.load ?? []), loadTable(plan)],
      },
      {
        id: "memory",
        title: "Memory of a replica",
        blocks: [
          ...(charts?.memory ?? []),
          { kind: "paragraph", text: lines[0]! },
          ...lines.slice(2).map((text): Block => ({ kind: "paragraph", text, tone: "note" })),
        ],
      },
      { id: "basis", title: "Basis", blocks: [{ kind: "list", items: basisLines(plan).map(sentence) }] },
    ],
    footer: "Estimates are ranges: one case in ten is below p10, one in ten above p90.",
  };
}

/** Unknown quantities, each with the input that would make it known. */
function unknownBlocks({ atLoad, capacityAtSlo, usdPerGpuHour }: ServePlan): Block[] {
  const refusals = refusalsOf([capacityAtSlo.requestsPerSec, atLoad.ttftMs.p50, atLoad.tpotMs.p50, usdPerGpuHour]);
  return refusals.map(({ refused, hint }) => ({
    kind: "paragraph",
    text: `unknown: ${refused}. ${sentence(hint)}.`,
    on: "terminal",
  }));
}

function tilesOf({ usdPerMonth, usdPerMtokOutput, utilisation, replicas, capacityAtSlo }: ServePlan): Tile[] {
  const tile = (label: string, quantity: Quantity, format: (value: number) => string): Tile =>
    isRefusal(quantity)
      ? {
          label,
          value: quantity.known === undefined ? "unknown" : format(quantity.known.p50),
          detail: quantity.refused,
        }
      : { label, value: format(quantity.p50), detail: formatRange(quantity.p10, quantity.p90, format) };
  return [
    ...(isRefusal(replicas.needed)
      ? []
      : [tile("Replicas for the peak", replicas.needed, (value) => formatNumber(value))]),
    tile("USD a month, GPUs only", usdPerMonth, usd),
    tile("USD per million output tokens", usdPerMtokOutput, usd),
    tile("Requests/s of one replica within the SLO", capacityAtSlo.requestsPerSec, (value) => formatNumber(value)),
    tile("Utilisation of that capacity", utilisation, percent),
  ];
}

function planTable(plan: ServePlan): Block {
  const heads = groupHeads(plan);
  return {
    kind: "table",
    caption: "The plan, each figure with its range",
    columns: [{ head: "" }, ...["p10", "p50", "p90"].map((head) => ({ head, align: "right" as const }))],
    rows: planRows(plan).flatMap((group, index) => [
      { cells: [[{ strong: sentence(heads[index]!) }], "", "", ""], total: index > 0 },
      ...group.map(({ label, quantity, format }) => ({
        cells: [label, ...cellsOf(quantity, format)],
      })),
    ]),
  };
}

function noCurve({ capacityAtSlo }: ServePlan): Block {
  const { requestsPerSec } = capacityAtSlo;
  const why = isRefusal(requestsPerSec)
    ? `${requestsPerSec.refused}. ${sentence(requestsPerSec.hint)}`
    : "No capacity is known";
  return { kind: "paragraph", text: `${sentence(why)}.`, tone: "warning" };
}

function loadTable(plan: ServePlan): Block {
  const columns = loadColumns(plan);
  return {
    kind: "table",
    caption: "One replica as its load rises; load is the share of its capacity at the SLO",
    columns: columns.map(({ head }) => ({ head: sentence(head), align: "right" })),
    rows: plan.byLoad.map((load) => ({ cells: columns.map(({ cell }) => cell(load)) })),
  };
}

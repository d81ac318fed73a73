import { formatNumber, formatRange } from "../../base/units.ts";
import { percent, usd } from "../../base/words.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { LoadShare, ServePlan } from "../../domain/serve-plan.ts";
import { chartPair, chartUsd } from "../../report/charts/draw.ts";
import { loadBand, type LoadBandWords, type LoadPoint } from "../../report/charts/load-band.ts";
import { memoryStack } from "../../report/charts/memory-stack.ts";
import type { Block, Tile } from "../../report/document.ts";
import { htmlPage } from "../../report/html.ts";
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
} from "./serve-text.ts";

/** A plan of serving as one self-contained HTML page: what it comes to, latency and cost as the load moves, memory. */
export function servePage(plan: ServePlan, { day }: { day: string }): string {
  const { spec } = plan;
  return htmlPage({
    title: `Serving ${spec.model}`,
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
          { kind: "paragraph", text: `${verdictText(plan)}.` },
          { kind: "tiles", tiles: tilesOf(plan) },
          ...plan.warnings.map((warning): Block => ({ kind: "paragraph", text: `${warning}.`, tone: "warning" })),
          planTable(plan),
          { kind: "paragraph", text: `${capital(boundsText(plan))}.`, tone: "note" },
        ],
      },
      {
        id: "load",
        title: "As the load moves",
        blocks: plan.byLoad.length === 0 ? [noCurve(plan)] : [...loadCharts(plan), loadTable(plan)],
      },
      { id: "memory", title: "Memory of a replica", blocks: memoryBlocks(plan) },
      { id: "basis", title: "What it rests on", blocks: [{ kind: "list", items: basisLines(plan).map(capital) }] },
    ],
    footer: "Estimates are ranges: one case in ten lies below p10, one in ten above p90.",
  });
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
    tile("USD a month, GPUs alone", usdPerMonth, usd),
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
      { cells: [[{ strong: capital(heads[index]!) }], "", "", ""], total: index > 0 },
      ...group.map(({ label, quantity, format }) => ({
        cells: [label.trim(), ...cellsOf(quantity, format)],
      })),
    ]),
  };
}

function noCurve({ capacityAtSlo }: ServePlan): Block {
  const { requestsPerSec } = capacityAtSlo;
  const why = isRefusal(requestsPerSec)
    ? `${requestsPerSec.refused}. ${capital(requestsPerSec.hint)}`
    : "No capacity is known";
  return { kind: "paragraph", text: `${capital(why)}.`, tone: "warning" };
}

type Drawn = Omit<LoadBandWords, "description" | "form"> & { of: (load: LoadShare) => Quantity; caption: string };

function loadCharts({ byLoad, spec, usdPerMonth }: ServePlan): Block[] {
  const percentile = spec.sloPercentile;
  const limit = (ms: number): NonNullable<LoadBandWords["limit"]> => ({
    value: ms,
    text: `SLO: ${formatNumber(ms)} ms`,
  });
  const charts: Drawn[] = [
    {
      id: "chart-cost",
      title: "Cost of a million output tokens by load",
      label: "USD per million output tokens",
      format: chartUsd,
      of: ({ usdPerMtokOutput }) => usdPerMtokOutput,
      caption: "GPUs are paid for whether they work or not: half the load is twice the cost of a token.",
    },
    {
      id: "chart-ttft",
      title: `Time to the first token by load, ${percentile}`,
      label: `TTFT ${percentile}, ms`,
      limit: limit(spec.sloTtftMs),
      of: ({ ttftMs }) => ttftMs,
      caption: "Queue and prefill of one replica.",
    },
    {
      id: "chart-tpot",
      title: `Time of each later token by load, ${percentile}`,
      label: `TPOT ${percentile}, ms`,
      limit: limit(spec.sloTpotMs),
      of: ({ tpotMs }) => tpotMs,
      caption: "The more requests a step decodes, and the more prompts it reads, the longer each token takes.",
    },
  ];
  return charts
    .filter(({ id }) => id !== "chart-cost" || !isRefusal(usdPerMonth))
    .flatMap((chart) => bandChart(byLoad, chart));
}

function bandChart(byLoad: readonly LoadShare[], { of: figureOf, caption, ...words }: Drawn): Block[] {
  const points = byLoad.flatMap((load): LoadPoint[] => {
    const quantity = figureOf(load);
    return isRefusal(quantity) ? [] : [{ share: load.share, p10: quantity.p10, p50: quantity.p50, p90: quantity.p90 }];
  });
  if (points.length === 0) return [];
  const write = words.format ?? formatNumber;
  const description = `Medians: ${points.map(({ share, p50 }) => `${percent(share)} load ${write(p50)}`).join("; ")}.`;
  const pair = chartPair({ id: words.id, title: words.title, description }, (form) =>
    loadBand(points, { ...words, ...form }),
  );
  return [{ kind: "chart", ...pair, caption }];
}

function loadTable(plan: ServePlan): Block {
  const columns = loadColumns(plan);
  return {
    kind: "table",
    caption: "One replica as its load rises; load is the share of its capacity at the SLO",
    columns: columns.map(({ head }) => ({ head: capital(head), align: "right" })),
    rows: plan.byLoad.map((load) => ({ cells: columns.map(({ cell }) => cell(load)) })),
  };
}

function memoryBlocks(plan: ServePlan): Block[] {
  const { memory, spec } = plan;
  const visit = (gib: number): number => gib / memory.gpus;
  const parts = [
    { label: plan.adapters === null ? "weights" : "weights and adapters", gib: visit(memory.weightsGib) },
    { label: "keys and values", gib: visit(memory.kvPoolGib) },
    { label: "activations, graphs, left free", gib: visit(memory.otherGib) },
  ];
  const total = visit(memory.deviceGib);
  const words = {
    id: "chart-memory",
    title: "Memory of one GPU of a replica",
    description: `${parts.map(({ label, gib }) => `${label} ${formatNumber(gib)} GiB`).join("; ")}.`,
  };
  const pair = chartPair(words, (form) =>
    memoryStack(parts, { ...form, gpu: spec.gpu, gpuGib: total, p10: total, p90: total }),
  );
  return [
    {
      kind: "chart",
      ...pair,
      caption: "What the weights leave is the room for keys and values, which bounds the requests together.",
    },
    { kind: "paragraph", text: `${capital(memoryText(plan))}.` },
    ...adapterText(plan).map((text): Block => ({ kind: "paragraph", text: `${capital(text)}.`, tone: "note" })),
  ];
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

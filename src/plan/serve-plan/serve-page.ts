import { formatNumber } from "../../base/units.ts";
import { percent } from "../../base/words.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { LoadShare, ServePlan } from "../../domain/serve-plan.ts";
import { chartPair, chartUsd } from "../../report/charts/draw.ts";
import { loadBand, type LoadBandWords, type LoadPoint } from "../../report/charts/load-band.ts";
import { memoryStack } from "../../report/charts/memory-stack.ts";
import type { Block } from "../../report/document.ts";
import { htmlPage } from "../../report/html.ts";
import { serveDocument } from "./serve-document.ts";

/** A serving plan as one self-contained HTML page with its charts: cost and latency by load, memory. */
export function servePage(plan: ServePlan, { day }: { day: string }): string {
  const charts = { load: plan.byLoad.length === 0 ? [] : loadCharts(plan), memory: memoryCharts(plan) };
  return htmlPage(serveDocument(plan, { day, charts }));
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
      caption: "GPUs are paid for whether they work or not: half the load doubles the cost of a token.",
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

function memoryCharts(plan: ServePlan): Block[] {
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
      caption:
        "The memory that the weights leave is the room for keys and values, which limits the number of concurrent requests.",
    },
  ];
}

import { formatNumber } from "../base/units.ts";
import { amount, counted, percent, sentence, usd, whole } from "../base/words.ts";
import type { LoadTestResult, ObservedLengths } from "../domain/loadtest-result.ts";
import type { Block, ReportDocument, Section, Tile } from "../report/document.ts";
import { ms } from "./latency-rows.ts";
import {
  capacityWords,
  loadText,
  rateWords,
  saturationWords,
  stoppedWords,
  titleLine,
  windowLine,
} from "./load-words.ts";
import { failureTable, latencyTable, pointTable, rateTable } from "./loadtest-tables.ts";
import { sloWords } from "./slo.ts";

/** The charts of a load test, as blocks of its document. */
export type LoadTestCharts = { quantiles: readonly Block[]; course: readonly Block[]; rates: readonly Block[] };

const NO_CHARTS: LoadTestCharts = { quantiles: [], course: [], rates: [] };

/**
 * The document of a load test: summary, latencies, rates, all operating points, and how it was measured. Charts are
 * drawn only for HTML pages.
 */
export function loadTestDocument(result: LoadTestResult, charts: LoadTestCharts = NO_CHARTS): ReportDocument {
  return {
    title: `Load test of ${result.model}`,
    subtitle: `${sentence(loadText(result.load))}, at ${result.target}`,
    facts: [
      { label: "Measured", value: result.startedAt.slice(0, 16).replace("T", " ") },
      { label: "Engine", value: result.engine ?? "not stated" },
      { label: "GPU", value: result.gpu === null ? "not stated" : `${result.gpuCount} × ${result.gpu}` },
      { label: "Made by", value: result.tool },
    ],
    sections: [
      shortSection(result),
      {
        id: "latencies",
        title: "Latencies",
        blocks: [...charts.quantiles, latencyTable(result), ...charts.course, ...failureTable(result)],
      },
      { id: "costs", title: "Rates and costs", blocks: rateTable(result) },
      ...pointsSection(result, charts.rates),
      methodSection(result),
    ].filter(({ blocks }) => blocks.length > 0),
    footer: `Measured by ${result.tool} from ${result.startedAt} to ${result.finishedAt}; seed ${result.seed}, dataset ${result.dataset.sha256.slice(0, 12)}.`,
  };
}

function shortSection(result: LoadTestResult): Section {
  const partial = `This test is partial: ${stoppedWords(result)}.`;
  return {
    id: "short",
    title: "Summary",
    blocks: [
      { kind: "paragraph", text: `${titleLine(result)}.`, on: "terminal" },
      ...(result.partial ? [{ kind: "paragraph", tone: "warning", text: partial } as const] : []),
      { kind: "paragraph", text: `${windowLine(result)}.`, on: "terminal" },
      { kind: "tiles", tiles: tilesOf(result), on: "page" },
      ...(result.findings.length === 0
        ? []
        : [
            { kind: "paragraph", text: [{ strong: "Limitations" }] } as const,
            { kind: "list", items: result.findings.map(sentence) } as const,
          ]),
    ],
  };
}

function tilesOf(result: LoadTestResult): Tile[] {
  const { latency, goodput, sloCapacity } = result;
  const ttftTail = `p95 ${ms(latency.ttft.p95)} ms, p99 ${ms(latency.ttft.p99)} ms`;
  const tile = (label: string, value: string, detail: string): Tile => ({ label, value, detail });
  return [
    tile("Output", `${ms(result.outputTokensPerSec)} tokens/s`, `${ms(result.requestsPerSec)} requests/s answered`),
    tile("TTFT, median", `${ms(latency.ttft.p50)} ms`, ttftTail),
    tile("TPOT, median", `${ms(latency.tpot.p50)} ms`, `p95 ${ms(latency.tpot.p95)} ms`),
    ...(goodput === null || goodput.attainment === null
      ? []
      : [tile("Within the SLO", percent(goodput.attainment), sloWords(goodput.slo))]),
    ...(sloCapacity === null
      ? []
      : [
          tile(
            "Capacity at the SLO",
            sloCapacity.ratePerSec === null ? "none" : rateWords(sloCapacity.ratePerSec),
            `for ${percent(sloCapacity.attainment)} of requests, ${sloCapacity.confirmed ? "confirmed" : "not confirmed"}`,
          ),
        ]),
    ...(result.usdPerMtokOutput === null
      ? []
      : [
          tile(
            "Cost",
            `${usd(result.usdPerMtokOutput)} USD`,
            `per million output tokens, at ${amount(result.usdPerGpuHour ?? "0")} USD a GPU-hour`,
          ),
        ]),
  ];
}

/** All operating points if there are several, and the capacity if it was searched for. */
function pointsSection(result: LoadTestResult, charts: readonly Block[]): Section[] {
  const { points, saturation, sloCapacity } = result;
  const blocks: Block[] = [
    ...(points.length < 2 ? [] : [...charts, pointTable(result)]),
    ...(sloCapacity === null
      ? []
      : [{ kind: "paragraph", text: `${sentence(capacityWords(sloCapacity))} (${sloCapacity.reason}).` } as const]),
    ...(points.length < 2 ? [] : [{ kind: "paragraph", text: `${sentence(saturationWords(saturation))}.` } as const]),
  ];
  return [{ id: "points", title: "By offered rate", blocks }];
}

function methodSection(result: LoadTestResult): Section {
  const { counts, window, dataset, countedBy } = result;
  const lengths = (name: string, observed: ObservedLengths | null): string[] =>
    observed === null || observed.mean === null
      ? []
      : [
          `${name}: mean ${ms(observed.mean)}, from ${ms(observed.min)} to ${ms(observed.max)} tokens, n = ${whole(observed.n)}`,
        ];
  return {
    id: "method",
    title: "How it was measured",
    blocks: [
      {
        kind: "list",
        on: "page",
        items: [
          `${sentence(loadText(result.load))}; ${counted(counts.sent, "request")} sent in ${formatNumber(window.sendingSec)} s, ${whole(counts.ok)} answered, ${whole(counts.failed)} failed, ${whole(counts.timedOut)} timed out, ${whole(counts.cancelled)} cut off`,
          `Counted: the ${whole(counts.inWindow)} requests due from ${formatNumber(window.fromSec)} s to ${formatNumber(window.toSec)} s; warm-up and tail were sent and not counted`,
          "Times begin when a request was due, so they include client delay",
          countedBy === "usage"
            ? "Tokens are those of the server's usage"
            : "Tokens are chunks: the server does not report usage for all answers",
          ...lengths("Input", result.inputTokens),
          ...lengths("Output", result.outputTokens),
          `Prompts: ${dataset.name}; SHA-256 ${dataset.sha256}`,
          ...(result.flags === null ? [] : [`Flags of the engine: ${result.flags}`]),
        ],
      },
    ],
  };
}

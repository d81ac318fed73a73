import { formatNumber } from "../base/units.ts";
import { amount, counted, percent, sentence, usd, whole } from "../base/words.ts";
import type { LatencySummary, LoadTestResult, ObservedLengths } from "../domain/loadtest-result.ts";
import { chartPair } from "../report/charts/draw.ts";
import { type LatencyQuantiles, latencyQuantiles } from "../report/charts/latency-quantiles.ts";
import { rateGoodput } from "../report/charts/rate-goodput.ts";
import { ttftCourse } from "../report/charts/ttft-course.ts";
import type { Block, ReportDocument, Section, TableColumn } from "../report/document.ts";
import { isThin, LATENCY_HEADS, latencyRows, ms } from "./latency-rows.ts";
import { loadText, rateWords, saturationWords, stoppedWords } from "./loadtest-text.ts";
import { sloWords } from "./slo.ts";

const NUMBER = { align: "right" } as const;

/** A load test as a page: the figures in short, latencies, the course of TTFT, every operating point, and how it was measured. */
export function loadTestDocument(result: LoadTestResult): ReportDocument {
  return {
    title: `Load test of ${result.model}`,
    subtitle: `${sentence(loadText(result.load))}, at ${result.target}`,
    facts: [
      { label: "Measured", value: result.startedAt.slice(0, 16).replace("T", " ") },
      { label: "Engine", value: result.engine ?? "not said" },
      { label: "GPU", value: result.gpu === null ? "not said" : `${result.gpuCount} × ${result.gpu}` },
      { label: "Made by", value: result.tool },
    ],
    sections: [shortSection(result), latencySection(result), ...pointsSection(result), methodSection(result)],
    footer: `Measured by ${result.tool} from ${result.startedAt} to ${result.finishedAt}; seed ${result.seed}, dataset ${result.dataset.sha256.slice(0, 12)}.`,
  };
}

function shortSection(result: LoadTestResult): Section {
  const { latency, goodput, sloCapacity } = result;
  const p95 = `p95 ${ms(latency.ttft.p95)} ms, p99 ${ms(latency.ttft.p99)} ms`;
  const tile = (label: string, value: string, detail: string): { label: string; value: string; detail: string } => ({
    label,
    value,
    detail,
  });
  return {
    id: "short",
    title: "In short",
    blocks: [
      ...(result.partial
        ? [{ kind: "paragraph", tone: "warning", text: `This test is partial: ${stoppedWords(result)}.` } as const]
        : []),
      {
        kind: "tiles",
        tiles: [
          tile(
            "Output",
            `${ms(result.outputTokensPerSec)} tokens/s`,
            `${ms(result.requestsPerSec)} requests/s answered`,
          ),
          tile("TTFT, median", `${ms(latency.ttft.p50)} ms`, p95),
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
        ],
      },
      ...(result.findings.length === 0
        ? []
        : [
            { kind: "paragraph", text: [{ strong: "Read with care" }] } as const,
            { kind: "list", items: result.findings.map(sentence) } as const,
          ]),
    ],
  };
}

function latencySection(result: LoadTestResult): Section {
  const { latency, window } = result;
  const rows = (
    [
      ["TTFT", latency.ttft],
      ["TPOT", latency.tpot],
      ["ITL", latency.itl],
      ["E2E", latency.e2e],
    ] as const
  ).flatMap(([label, summary]) => quantilesOf(label, summary));
  const about = {
    id: "latency",
    title: "Quantiles of the latencies",
    description: rows
      .map(
        ({ label, quantiles }) =>
          `${label}: ${quantiles.map(({ name, ms: value }) => `${name} ${ms(value)} ms`).join(", ")}`,
      )
      .join("; "),
  };
  return {
    id: "latencies",
    title: "Latencies",
    blocks: [
      ...(rows.length === 0
        ? []
        : [
            {
              kind: "chart",
              ...chartPair(about, (words) => latencyQuantiles(rows, words)),
              caption:
                "Time to the first token, per later token, between chunks, and to the end; the number is the highest quantile drawn.",
            } as const,
          ]),
      {
        kind: "table",
        caption: `Requests due in the window of ${formatNumber(window.toSec - window.fromSec)} s; a failed request counts as longer than all others.${isThin(latency) ? " * thin: fewer than ten values above it." : ""}`,
        columns: LATENCY_HEADS.map((head, index): TableColumn =>
          index === 0 ? { head: sentence(head) } : { head, ...NUMBER },
        ),
        rows: latencyRows(latency).map((cells) => ({ cells })),
      },
      ...courseBlocks(result),
      ...failureBlocks(result),
    ],
  };
}

function quantilesOf(label: string, summary: LatencySummary): LatencyQuantiles[] {
  const quantiles = (["p50", "p90", "p95", "p99"] as const).flatMap((name) => {
    const value = summary[name];
    return value === null ? [] : [{ name, ms: value }];
  });
  return quantiles.length === 0 ? [] : [{ label, quantiles }];
}

function courseBlocks({ ttftOverTime, window, queueGrows }: LoadTestResult): Block[] {
  if (ttftOverTime.filter(({ p50 }) => p50 !== null).length < 2) return [];
  const grows = queueGrows === true ? "It rises: a queue grows." : "It does not rise by more than chance.";
  const about = { id: "course", title: "TTFT over time", description: `${ttftOverTime.length} steps. ${grows}` };
  return [
    {
      kind: "chart",
      ...chartPair(about, (words) =>
        ttftCourse(ttftOverTime, { ...words, fromSec: window.fromSec, toSec: window.toSec }),
      ),
      caption: `Time to the first token by when requests were due; the band is what is counted. ${grows}`,
    },
  ];
}

function failureBlocks({ failedRequests }: LoadTestResult): Block[] {
  if (failedRequests.length === 0) return [];
  return [
    {
      kind: "table",
      caption: "Failed requests, of the whole point. None of them was sent again.",
      columns: [
        { head: "Requests", ...NUMBER },
        { head: "HTTP", ...NUMBER },
        { head: "Reason", width: "wide" },
        { head: "Asked to wait, s", ...NUMBER },
      ],
      rows: failedRequests.slice(0, 20).map(({ requests, status, reason, retryAfterSec }) => ({
        cells: [whole(requests), status === null ? "–" : String(status), reason, ms(retryAfterSec)],
      })),
    },
  ];
}

function pointsSection({ points, saturation, sloCapacity }: LoadTestResult): Section[] {
  if (points.length < 2) return [];
  const drawn = points.flatMap(({ offeredRequestsPerSec: offered, requestsPerSec: answered, goodput }) =>
    offered === null || answered === null ? [] : [{ offered, answered, good: goodput?.requestsPerSec ?? null }],
  );
  const about = {
    id: "rates",
    title: "Answered requests and goodput by offered rate",
    description: drawn.map(({ offered, answered }) => `${ms(offered)} offered: ${ms(answered)} answered`).join("; "),
  };
  const sorted = points.toSorted((a, b) => (a.offeredRequestsPerSec ?? 0) - (b.offeredRequestsPerSec ?? 0));
  return [
    {
      id: "points",
      title: "By offered rate",
      blocks: [
        {
          kind: "chart",
          ...chartPair(about, (words) => rateGoodput(drawn, words)),
          caption: `Answered requests and those within the SLO against the offered rate; on the broken line all are answered. ${sentence(saturationWords(saturation))}.`,
        },
        {
          kind: "table",
          caption:
            sloCapacity === null
              ? "Every operating point."
              : `Every operating point; capacity at the SLO: ${sloCapacity.reason}.`,
          columns: [
            "Offered requests/s",
            "Answered requests/s",
            "Output tokens/s",
            "TTFT p50 ms",
            "TTFT p95 ms",
            "TPOT p50 ms",
            "Within SLO",
            "Queue",
          ].map((head) => ({ head, ...NUMBER })),
          rows: sorted.map((point) => ({
            cells: [
              ms(point.offeredRequestsPerSec),
              ms(point.requestsPerSec),
              ms(point.outputTokensPerSec),
              ms(point.latency.ttft.p50),
              ms(point.latency.ttft.p95),
              ms(point.latency.tpot.p50),
              point.goodput === null || point.goodput.attainment === null ? "–" : percent(point.goodput.attainment),
              point.queueGrows === null ? "–" : point.queueGrows ? "grows" : "steady",
            ],
          })),
        },
      ],
    },
  ];
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
        items: [
          `${sentence(loadText(result.load))}; ${counted(counts.sent, "request")} sent in ${formatNumber(window.sendingSec)} s, ${whole(counts.ok)} answered, ${whole(counts.failed)} failed, ${whole(counts.timedOut)} timed out, ${whole(counts.cancelled)} cut off`,
          `Counted: the ${whole(counts.inWindow)} due from ${formatNumber(window.fromSec)} s to ${formatNumber(window.toSec)} s; warm-up and tail were sent and not counted`,
          "Times begin when a request was due, so that a delay of the client is in them",
          countedBy === "usage"
            ? "Tokens are those of the server's usage"
            : "Tokens are chunks: the server gives no usage for all answers",
          ...lengths("Input", result.inputTokens),
          ...lengths("Output", result.outputTokens),
          `Prompts: ${dataset.name}; SHA-256 ${dataset.sha256}`,
          ...(result.flags === null ? [] : [`Flags of the engine: ${result.flags}`]),
        ],
      },
    ],
  };
}

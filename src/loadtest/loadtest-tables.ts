import { formatNumber } from "../base/units.ts";
import { amount, percent, sentence, usd, whole } from "../base/words.ts";
import type { LoadTestPoint, LoadTestResult } from "../domain/loadtest-result.ts";
import type { Block } from "../report/document.ts";
import { isThin, LATENCY_HEADS, latencyRows, ms } from "./latency-rows.ts";
import { sloWords } from "./slo.ts";

const NUMBER = { align: "right" } as const;

/** Number of rows of failed requests in a report; `--json` lists all. */
const FAILURES_SHOWN = 20;

/** The quantiles of each latency. */
export function latencyTable({ latency, window }: LoadTestPoint): Block {
  const thin = isThin(latency) ? " * thin: fewer than ten values above it." : "";
  return {
    kind: "table",
    caption: `Requests due in the window of ${formatNumber(window.toSec - window.fromSec)} s; a failed request counts as longer than all others.${thin}`,
    columns: LATENCY_HEADS.map((head, index) => (index === 0 ? { head: sentence(head) } : { head, ...NUMBER })),
    rows: latencyRows(latency).map((cells) => ({ cells })),
  };
}

/** Rates, lengths and costs. Unknown ones are omitted. */
export function rateTable(result: LoadTestResult): Block[] {
  const rows = rateRows(result);
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      caption: "Rates, lengths and costs",
      columns: [{ head: "" }, { head: "Measured", ...NUMBER }, { head: "Unit" }],
      rows: rows.map((cells) => ({ cells })),
    },
  ];
}

function rateRows(result: LoadTestResult): string[][] {
  const { goodput, inputTokens, outputTokens } = result;
  const row = (name: string, value: number | null, unit: string): string[][] =>
    value === null ? [] : [[name, formatNumber(value), unit]];
  return [
    ...row("offered", result.offeredRequestsPerSec, "requests/s"),
    ...row("answered", result.requestsPerSec, "requests/s"),
    ...row("output", result.outputTokensPerSec, result.countedBy === "usage" ? "tokens/s" : "chunks/s"),
    ...row("input", result.inputTokensPerSec, "tokens/s"),
    ...row("goodput", goodput?.requestsPerSec ?? null, "requests/s that met the SLO"),
    ...row("goodput", goodput?.tokensPerSec ?? null, "tokens/s of those"),
    ...(goodput === null || goodput.attainment === null
      ? []
      : [["attainment", percent(goodput.attainment), sloWords(goodput.slo)]]),
    ...row("input length", inputTokens?.mean ?? null, "tokens, mean"),
    ...row("output length", outputTokens.mean, "tokens, mean"),
    ...(result.cachedShare === null ? [] : [["cached input", percent(result.cachedShare), "of input tokens"]]),
    ...row("in flight", result.running.mean, `requests, mean; at most ${whole(result.running.peak)}`),
    ...row("Little's law", result.littleResidual, "measured / implied requests in flight"),
    ...costRows(result),
  ];
}

function costRows(result: LoadTestResult): string[][] {
  const row = (name: string, value: number | null, unit: string): string[][] =>
    value === null ? [] : [[name, usd(value), unit]];
  const price = result.usdPerGpuHour === null ? "" : ` at ${amount(result.usdPerGpuHour)} USD a GPU-hour`;
  return [
    ...row("cost", result.usdPerMtokOutput, `USD per million output tokens${price}`),
    ...row("cost at goodput", result.usdPerMtokOutputAtGoodput, "USD per million output tokens that met the SLO"),
    ...(result.spentUsd === null ? [] : [["spent", amount(result.spentUsd), "USD on tokens"]]),
  ];
}

/** Failed requests by reason; empty if none failed. */
export function failureTable({ failedRequests }: LoadTestPoint): Block[] {
  if (failedRequests.length === 0) return [];
  const more = failedRequests.length - FAILURES_SHOWN;
  return [
    {
      kind: "table",
      caption: `Failed requests of the operating point. None of them was sent again.${more > 0 ? ` ${whole(more)} more reasons: --json has them.` : ""}`,
      columns: [
        { head: "Requests", ...NUMBER },
        { head: "HTTP", ...NUMBER },
        { head: "Reason", width: "wide" },
        { head: "Asked to wait, s", ...NUMBER },
      ],
      rows: failedRequests.slice(0, FAILURES_SHOWN).map(({ requests, status, reason, retryAfterSec }) => ({
        cells: [whole(requests), status === null ? "–" : String(status), sentence(reason), ms(retryAfterSec)],
      })),
    },
  ];
}

/** All operating points, lowest load first. */
export function pointTable({ points }: Pick<LoadTestResult, "points">): Block {
  const heads = ["Rate", "Offered/s", "Answered/s", "Output/s", "TTFT p50 ms", "TTFT p95 ms", "TPOT p50 ms"];
  return {
    kind: "table",
    caption: "Every operating point, in requests and output tokens per second",
    columns: [...heads, "Within SLO", "Queue"].map((head) => ({ head, ...NUMBER })),
    rows: byRate(points).map((point) => ({
      cells: [
        point.load.kind === "rate" ? formatNumber(point.load.perSec) : "–",
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
  };
}

function byRate(points: readonly LoadTestPoint[]): LoadTestPoint[] {
  return points.toSorted((a, b) => (a.offeredRequestsPerSec ?? 0) - (b.offeredRequestsPerSec ?? 0));
}

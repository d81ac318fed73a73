import { textTable, wrapText } from "../base/text-table.ts";
import { formatNumber } from "../base/units.ts";
import { amount, counted, percent, sentence, usd, whole } from "../base/words.ts";
import type { LoadTestPoint, LoadTestResult, OfferedLoad } from "../domain/loadtest-result.ts";
import { isThin, LATENCY_HEADS, latencyRows, ms } from "./latency-rows.ts";
import { sloWords } from "./slo.ts";

const WIDTH = 100;

/** The summary of a test: latencies, rates, what kept the SLO, every point where there are several, and what is weak. */
export function loadTestText(result: LoadTestResult): string {
  const { latency } = result;
  const head = [titleLine(result), ...(result.partial ? [`partial: ${stoppedWords(result)}`] : []), windowLine(result)];
  const table = textTable(
    LATENCY_HEADS.map((name, index) => ({ head: name, align: index === 0 ? ("left" as const) : ("right" as const) })),
    latencyRows(latency),
  );
  return [
    ...head.map((line) => wrapText(line, WIDTH)),
    "",
    table,
    ...(isThin(latency) ? ["* thin: fewer than ten values above it"] : []),
    ...rateLines(result),
    ...pointLines(result),
    ...capacityLines(result),
    ...failureLines(result),
    ...(result.findings.length === 0 ? [] : ["", "read with care:"]),
    ...result.findings.map((finding) => wrapText(`- ${finding}`, WIDTH)),
  ].join("\n");
}

function titleLine(result: LoadTestResult): string {
  const engine = result.engine === null ? "" : `, ${result.engine}`;
  const gpu = result.gpu === null ? "" : `, ${result.gpuCount} × ${result.gpu}`;
  return `${result.model} at ${result.target}${engine}${gpu}; ${loadText(result.load)}${standsFor(result)}`;
}

/** Which of several operating points the figures are of. */
function standsFor({ points, sloCapacity, goodput }: LoadTestResult): string {
  if (points.length < 2) return "";
  const best = goodput === null ? "the one of most output" : "the one of most goodput";
  const found = sloCapacity?.ratePerSec === null ? "the lowest rate" : "the capacity";
  return `, ${sloCapacity === null ? best : found} of ${points.length} operating points`;
}

/** Why a test is partial, in words. */
export function stoppedWords({ stopped, counts }: Pick<LoadTestResult, "stopped" | "counts">): string {
  const cut = counts.cancelled === 0 ? "" : `; ${counted(counts.cancelled, "answer")} cut off and not counted`;
  return stopped === "interrupted"
    ? `interrupted${cut}`
    : stopped === "write-failed"
      ? `the record could not be written${cut}`
      : stopped === "killed"
        ? `the process was killed${cut}`
        : `--${stopped} ended it before all was sent`;
}

/** A rate with its unit: `1 request/s`, `2.5 requests/s`. */
export function rateWords(perSec: number): string {
  const shown = formatNumber(perSec);
  return `${shown} ${shown === "1" ? "request" : "requests"}/s`;
}

/** A load in words. */
export function loadText(load: OfferedLoad): string {
  if (load.kind === "concurrency") return load.requests === 1 ? "one after another" : `${whole(load.requests)} at once`;
  if (load.kind === "trace") return `a trace of ${rateWords(load.perSec)}`;
  return `${rateWords(load.perSec)}, ${load.arrivals === "poisson" ? "Poisson" : "evenly spaced"}`;
}

function windowLine({ counts, window }: LoadTestPoint): string {
  const seconds = formatNumber(window.toSec - window.fromSec);
  return `${whole(counts.sent)} sent: ${whole(counts.ok)} ok, ${whole(counts.failed)} failed, ${whole(counts.timedOut)} timed out; ${whole(counts.inWindow)} due in the window of ${seconds} s, without warm-up and tail`;
}

/** Rates and lengths; nothing where none is known. */
function rateLines(result: LoadTestResult): string[] {
  const rows = rateRows(result);
  if (rows.length === 0) return [];
  return ["", textTable([{ head: "" }, { head: "measured", align: "right" }, { head: "unit" }], rows)];
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
    ...row("goodput", goodput?.requestsPerSec ?? null, "requests/s that kept the SLO"),
    ...row("goodput", goodput?.tokensPerSec ?? null, "tokens/s of those"),
    ...(goodput === null || goodput.attainment === null
      ? []
      : [["attainment", percent(goodput.attainment), sloWords(goodput.slo)]]),
    ...row("input length", inputTokens?.mean ?? null, "tokens, mean"),
    ...row("output length", outputTokens.mean, "tokens, mean"),
    ...(result.cachedShare === null ? [] : [["cached input", percent(result.cachedShare), "of input tokens"]]),
    ...row("in flight", result.running.mean, `requests, mean; at most ${whole(result.running.peak)}`),
    ...row("Little's law", result.littleResidual, "in flight over what the figures imply"),
    ...costRows(result),
  ];
}

function costRows(result: LoadTestResult): string[][] {
  const row = (name: string, value: number | null, unit: string): string[][] =>
    value === null ? [] : [[name, usd(value), unit]];
  const price = result.usdPerGpuHour === null ? "" : ` at ${amount(result.usdPerGpuHour)} USD a GPU-hour`;
  return [
    ...row("cost", result.usdPerMtokOutput, `USD per million output tokens${price}`),
    ...row("cost at goodput", result.usdPerMtokOutputAtGoodput, "USD per million output tokens that kept the SLO"),
    ...(result.spentUsd === null ? [] : [["spent", amount(result.spentUsd), "USD on tokens"]]),
  ];
}

/** Every operating point, lowest load first. */
function pointLines({ points }: LoadTestResult): string[] {
  if (points.length < 2) return [];
  const rated = points.toSorted((a, b) => (a.offeredRequestsPerSec ?? 0) - (b.offeredRequestsPerSec ?? 0));
  const columns = [
    "rate",
    "offered/s",
    "answered/s",
    "output/s",
    "TTFT p50",
    "TTFT p95",
    "TPOT p50",
    "attained",
    "queue",
  ];
  return [
    "",
    textTable(
      columns.map((head) => ({ head, align: "right" as const })),
      rated.map((point) => [
        point.load.kind === "rate" ? formatNumber(point.load.perSec) : "–",
        ms(point.offeredRequestsPerSec),
        ms(point.requestsPerSec),
        ms(point.outputTokensPerSec),
        ms(point.latency.ttft.p50),
        ms(point.latency.ttft.p95),
        ms(point.latency.tpot.p50),
        point.goodput?.attainment === undefined || point.goodput.attainment === null
          ? "–"
          : percent(point.goodput.attainment),
        point.queueGrows === null ? "–" : point.queueGrows ? "grows" : "steady",
      ]),
    ),
  ];
}

function capacityLines({ sloCapacity, saturation, points }: LoadTestResult): string[] {
  const lines: string[] = [];
  if (sloCapacity !== null) {
    lines.push(wrapText(`${capacityWords(sloCapacity)} (${sloCapacity.reason})`, WIDTH));
  }
  if (points.length > 1) lines.push(wrapText(saturationWords(saturation), WIDTH));
  return lines.length === 0 ? [] : ["", ...lines];
}

/** A capacity, what it rests on, and whether it was confirmed. */
function capacityWords(found: NonNullable<LoadTestResult["sloCapacity"]>): string {
  const { ratePerSec, failsAtPerSec, attainment, measurements, requests, attained } = found;
  const fails = failsAtPerSec === null ? "" : `; ${formatNumber(failsAtPerSec)} did not`;
  if (ratePerSec === null) return `no rate kept the SLO for ${percent(attainment)} of requests${fails}`;
  const evidence = `${attained === null ? "" : `${percent(attained)} of `}${counted(requests, "request")} in ${counted(measurements, "measurement")}`;
  return `capacity at the SLO: ${rateWords(ratePerSec)} kept it for ${percent(attainment)} of requests, ${found.confirmed ? "confirmed" : "not confirmed"}: ${evidence}${fails}`;
}

/** Whether the endpoint was saturated, as a sentence. */
export function saturationWords({ saturated, reason, ...rates }: LoadTestResult["saturation"]): string {
  if (saturated !== true) return `saturation: not reached (${reason})`;
  const between = `between ${ms(rates.toRatePerSec)} and ${ms(rates.fromRatePerSec)} requests/s`;
  return `saturation: ${between} (${reason}); at most ${ms(rates.outputTokensPerSec)} output tokens/s`;
}

function failureLines({ failedRequests }: LoadTestPoint): string[] {
  if (failedRequests.length === 0) return [];
  return [
    "",
    "failed requests:",
    ...failedRequests.slice(0, 8).map(({ requests, reason, retryAfterSec }) => {
      const wait =
        retryAfterSec === null ? "" : ` (asked to wait ${formatNumber(retryAfterSec)} s; nothing is sent again)`;
      return wrapText(`- ${whole(requests)}: ${sentence(reason)}${wait}`, WIDTH);
    }),
    ...(failedRequests.length > 8 ? [`- ${whole(failedRequests.length - 8)} more reasons: --json has them`] : []),
  ];
}

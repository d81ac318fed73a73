import type { LatencySummary, LoadTestResult } from "../domain/loadtest-result.ts";
import { chartPair } from "../report/charts/draw.ts";
import { type LatencyQuantiles, latencyQuantiles } from "../report/charts/latency-quantiles.ts";
import { rateGoodput } from "../report/charts/rate-goodput.ts";
import { ttftCourse } from "../report/charts/ttft-course.ts";
import type { Block } from "../report/document.ts";
import { htmlPage } from "../report/html.ts";
import { ms } from "./latency-rows.ts";
import { loadTestDocument } from "./loadtest-document.ts";

/** A load test as one self-contained HTML page with its charts: latencies, TTFT over time, answers by offered rate. */
export function loadTestPage(result: LoadTestResult): string {
  return htmlPage(
    loadTestDocument(result, {
      quantiles: quantilesChart(result),
      course: courseChart(result),
      rates: ratesChart(result),
    }),
  );
}

function quantilesChart({ latency }: LoadTestResult): Block[] {
  const rows = (
    [
      ["TTFT", latency.ttft],
      ["TPOT", latency.tpot],
      ["ITL", latency.itl],
      ["E2E", latency.e2e],
    ] as const
  ).flatMap(([label, summary]) => quantilesOf(label, summary));
  if (rows.length === 0) return [];
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
  return [
    {
      kind: "chart",
      ...chartPair(about, (words) => latencyQuantiles(rows, words)),
      caption:
        "Time to the first token, per later token, between chunks, and to the end; the number is the highest quantile drawn.",
    },
  ];
}

function quantilesOf(label: string, summary: LatencySummary): LatencyQuantiles[] {
  const quantiles = (["p50", "p90", "p95", "p99"] as const).flatMap((name) => {
    const value = summary[name];
    return value === null ? [] : [{ name, ms: value }];
  });
  return quantiles.length === 0 ? [] : [{ label, quantiles }];
}

function courseChart({ ttftOverTime, window, queueGrows }: LoadTestResult): Block[] {
  if (ttftOverTime.filter(({ p50 }) => p50 !== null).length < 2) return [];
  const grows = queueGrows === true ? "It rises: a queue grows." : "It does not rise by more than chance.";
  const about = { id: "course", title: "TTFT over time", description: `${ttftOverTime.length} steps. ${grows}` };
  return [
    {
      kind: "chart",
      ...chartPair(about, (words) =>
        ttftCourse(ttftOverTime, { ...words, fromSec: window.fromSec, toSec: window.toSec }),
      ),
      caption: `Time to first token by the time at which requests were due; the band marks the counted requests. ${grows}`,
    },
  ];
}

function ratesChart({ points }: LoadTestResult): Block[] {
  if (points.length < 2) return [];
  const drawn = points.flatMap(({ offeredRequestsPerSec: offered, requestsPerSec: answered, goodput }) =>
    offered === null || answered === null ? [] : [{ offered, answered, good: goodput?.requestsPerSec ?? null }],
  );
  const about = {
    id: "rates",
    title: "Answered requests and goodput by offered rate",
    description: drawn.map(({ offered, answered }) => `${ms(offered)} offered: ${ms(answered)} answered`).join("; "),
  };
  return [
    {
      kind: "chart",
      ...chartPair(about, (words) => rateGoodput(drawn, words)),
      caption:
        "Answered requests and those within the SLO against the offered rate; on the broken line all are answered.",
    },
  ];
}

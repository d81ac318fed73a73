import { seededRandom } from "../../src/base/random.ts";
import type { LoadTestRequest } from "../../src/domain/loadtest-request.ts";
import { LoadTestResult, type LoadTestPoint } from "../../src/domain/loadtest-result.ts";
import { arrivalTimes } from "../../src/loadtest/arrivals.ts";
import { findingsOf } from "../../src/loadtest/findings.ts";
import { measurePoint } from "../../src/loadtest/measure-point.ts";
import { requestLog } from "../../src/loadtest/request-log.ts";
import { saturationOf } from "../../src/loadtest/saturation.ts";
import { LoadTestSpec } from "../../src/domain/loadtest-spec.ts";

const SPEC = LoadTestSpec.parse({
  url: "http://localhost:8000",
  slo: { ttftMs: 500, tpotMs: 50 },
  mode: "sweep",
  seconds: 60,
});

type Sample = { rate: number; index: number; dueSec: number; random: () => number };

/** An answer of an engine of ten slots: slower the more is offered, and every fiftieth refused from 8 per second on. */
function requestAt({ rate, index, dueSec, random }: Sample): LoadTestRequest {
  const isRefused = rate >= 8 && index % 50 === 49;
  const ttftMs = 60 + 40 * random() + (rate > 6 ? 12 * dueSec : 0);
  const tpotMs = 10 + rate + random();
  const e2eMs = ttftMs + 63 * tpotMs;
  const none = {
    ttftMs: null,
    tpotMs: null,
    e2eMs: null,
    maxGapMs: null,
    inputTokens: null,
    outputTokens: 0,
    chunks: 0,
  };
  return {
    point: 0,
    index,
    dueSec,
    queueDelayMs: 0.02 + 0.05 * random(),
    ttftMs,
    tpotMs,
    e2eMs,
    endMs: isRefused ? 3 : e2eMs + 1,
    maxGapMs: 3 * tpotMs,
    inputTokens: 530,
    cachedTokens: 0,
    outputTokens: 64,
    countedBy: "usage",
    chunks: 64,
    outcome: isRefused ? "failed" : "ok",
    reason: isRefused ? "HTTP 429: too many requests" : null,
    status: isRefused ? 429 : 200,
    retryAfterSec: isRefused ? 2 : null,
    finishReason: isRefused ? null : "length",
    reconnected: false,
    ...(isRefused ? none : {}),
  };
}

function pointAt(rate: number): LoadTestPoint {
  const random = seededRandom(rate);
  const log = requestLog();
  const load = { kind: "rate", perSec: rate, arrivals: "poisson" } as const;
  let index = 0;
  for (const dueSec of arrivalTimes(load, rate)) {
    if (dueSec > SPEC.seconds) break;
    const request = requestAt({ rate, index, dueSec, random });
    const gaps = Array.from({ length: request.chunks - 1 }, (_, at) => request.tpotMs! * (at % 7 === 0 ? 3 : 2 / 3));
    log.add(request, request.outcome === "ok" ? gaps : []);
    index += 1;
  }
  return measurePoint(log, { load, peakRunning: 4 * rate, warmup: 0.1, tail: 0.1, slo: SPEC.slo, usdPerHour: 5 });
}

/** A sweep that saturates, the same on any machine. */
export function sampleResult(over: Partial<LoadTestResult> = {}): LoadTestResult {
  const points = [1, 2, 4, 8, 16]
    .map(pointAt)
    .map((point) =>
      point.load.kind === "rate" && point.load.perSec === 16 ? { ...point, outputTokensPerSec: 470 } : point,
    );
  const headline = points[2]!;
  return LoadTestResult.parse({
    format: "tunewright-loadtest-1",
    tool: "Tunewright 0.1.0",
    target: "http://localhost:8000/v1/chat/completions",
    api: "chat",
    model: "Qwen/Qwen2.5-7B-Instruct",
    engine: "vllm 0.19.0",
    engineSource: "endpoint",
    flags: "--max-num-seqs 10",
    gpu: "H100-80GB-SXM",
    gpuCount: 2,
    usdPerGpuHour: "2.50",
    priceSource: "stated by the user",
    startedAt: "2026-11-25T12:00:00.000Z",
    finishedAt: "2026-11-25T12:06:00.000Z",
    mode: "sweep",
    findCapacity: false,
    seed: 1,
    dataset: { kind: "synthetic", name: "512 words; up to 64 tokens out", sha256: "0".repeat(64), rows: null },
    settings: {},
    stopped: "done",
    partial: false,
    spentUsd: null,
    ...headline,
    saturation: saturationOf(points),
    sloCapacity: null,
    points,
    findings: findingsOf({ spec: SPEC, point: headline, repeats: 0 }),
    ...over,
  });
}

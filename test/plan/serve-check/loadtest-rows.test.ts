import { expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import type { LatencySummary, LoadTestPoint, LoadTestResult } from "../../../src/domain/loadtest-result.ts";
import { checkServing } from "../../../src/plan/serve-check/check-serving.ts";
import { loadTestRows } from "../../../src/plan/serve-check/loadtest-rows.ts";
import { readLoadTest } from "../../../src/plan/serve-check/read-load-test.ts";
import { catchFailure } from "../../catch-failure.ts";

const latency = (mean: number | null): LatencySummary => ({
  n: 100,
  failedRequests: 0,
  mean,
  p50: mean,
  p90: mean,
  p95: mean,
  p99: mean,
  max: mean,
  thin: ["p99"],
});
const table = (ttft: number, tpot: number): LoadTestPoint["latency"] => ({
  ttft: latency(ttft),
  tpot: latency(tpot),
  itl: latency(tpot),
  e2e: latency(ttft + 127 * tpot),
  ntpot: latency(tpot),
  queueDelay: latency(0.2),
});
const lengths = (mean: number, cv: number): LoadTestPoint["outputTokens"] => ({
  n: 100,
  mean,
  cv,
  min: mean,
  p50: mean,
  max: mean,
  bins: [],
});

const POINT: LoadTestPoint = {
  load: { kind: "concurrency", requests: 16 },
  window: { fromSec: 2, toSec: 12, sendingSec: 14, totalSec: 15 },
  counts: { sent: 200, ok: 200, failed: 0, timedOut: 0, cancelled: 0, inWindow: 100, reconnected: 0 },
  failedRequests: [],
  offeredRequestsPerSec: null,
  achievedRequestsPerSec: null,
  requestsPerSec: 10.9,
  outputTokensPerSec: 1396.8,
  inputTokensPerSec: 11000,
  latency: table(120, 10.6),
  latencyOfOk: table(120, 10.6),
  goodput: null,
  inputTokens: lengths(1024, 0),
  outputTokens: lengths(128, 0.25),
  countedBy: "usage",
  tokensPerChunk: 1,
  cachedShare: 0.25,
  running: { mean: 16, peak: 16 },
  littleResidual: 1,
  ttftSlopeMsPerSec: null,
  queueGrows: false,
  ttftOverTime: [],
  usdPerMtokOutput: null,
  usdPerMtokOutputAtGoodput: null,
};

const RESULT: LoadTestResult = {
  format: "tunewright-loadtest-1",
  tool: "Tunewright 0.1.0",
  target: "http://127.0.0.1:8000/v1",
  api: "chat",
  model: "meta-llama/Llama-3.1-8B-Instruct",
  engine: "vLLM 0.9.1",
  engineSource: "user",
  flags: "--tensor-parallel-size 2 --quantization fp8 --kv-cache-dtype fp8 --max-num-seqs 64",
  gpu: "H100",
  gpuCount: 2,
  usdPerGpuHour: null,
  priceSource: null,
  startedAt: "2026-11-25T10:00:00Z",
  finishedAt: "2026-11-25T10:00:15Z",
  mode: "concurrent",
  findCapacity: false,
  seed: 1,
  dataset: { kind: "synthetic", name: "1024/128", sha256: "0".repeat(64), rows: null },
  settings: {},
  stopped: "done",
  partial: false,
  spentUsd: null,
  ...POINT,
  saturation: {
    saturated: null,
    reason: "one load",
    fromRatePerSec: null,
    toRatePerSec: null,
    outputTokensPerSec: 1396.8,
  },
  sloCapacity: null,
  points: [POINT, { ...POINT, load: { kind: "rate", perSec: 4, arrivals: "poisson" }, outputTokensPerSec: null }],
  findings: [],
};

test("each operating point of a load test is a row, and what was not measured stays empty", () => {
  const { rows } = loadTestRows(RESULT);
  expect(rows.map(({ line, fields }) => [line, fields["concurrency"], fields["load"]])).toEqual([
    [1, "16", "closed-loop, steady"],
    [2, "4 req/s, 200 prompts", "open-loop"],
  ]);
  expect(rows[0]!.fields).toMatchObject({ precision: "fp8", ttft_ms: "120", tpot_ms: "10.6", output_len: "128 ± 32" });
  expect(rows[1]!.fields["output_tokens_per_s_total"]).toBe("");
});

test("a load test is checked like measurements: its flags are read, and its closed loop is checked by Little's law", () => {
  const check = checkServing(loadTestRows(RESULT), { findModel, findGpu });
  expect(check.rows.map((row) => "p50" in row)).toEqual([true, true, true, true, true]);
  expect(check.rows[0]).toMatchObject({ id: "point-1", source: "http://127.0.0.1:8000/v1", littleResidual: 1 });
  expect(check.rows[0]).toHaveProperty("cell", expect.stringContaining("fp8"));
});

test("a point at which one request in ten failed is not scored: its figures are of another load", () => {
  const { latency } = POINT;
  const failing = { ...POINT, latency: { ...latency, ttft: { ...latency.ttft, failedRequests: 10 } } };
  const check = checkServing(loadTestRows({ ...RESULT, points: [failing] }), { findModel, findGpu });
  expect(check.rows).toHaveLength(3);
  for (const row of check.rows) expect(row).toMatchObject({ refused: "the row states that it must not be scored" });
});

test("a result comes back from its JSON, and another JSON is refused with its field", () => {
  expect(readLoadTest(JSON.stringify(RESULT), "result.json")).toEqual(RESULT);
  const { message } = catchFailure(() => readLoadTest(JSON.stringify({ ...RESULT, gpuCount: "two" }), "result.json"));
  expect(message).toBe('result.json: gpuCount "two" is not a number');
  expect(catchFailure(() => readLoadTest("{", "result.json")).kind).toBe("bad_input");
});

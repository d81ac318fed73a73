import { describe, expect, test } from "vitest";

import type { LoadTestRequest } from "../../src/domain/loadtest-request.ts";
import type { LoadTestPoint } from "../../src/domain/loadtest-result.ts";
import { measurePoint, type PointFacts } from "../../src/loadtest/measure-point.ts";
import { requestLog } from "../../src/loadtest/request-log.ts";
import { saturationOf } from "../../src/loadtest/saturation.ts";

const REQUEST: LoadTestRequest = {
  point: 0,
  index: 0,
  dueSec: 0,
  queueDelayMs: 0,
  ttftMs: 100,
  tpotMs: 100,
  e2eMs: 1000,
  endMs: 1000,
  maxGapMs: 100,
  inputTokens: 50,
  cachedTokens: null,
  outputTokens: 10,
  countedBy: "usage",
  chunks: 10,
  outcome: "ok",
  reason: null,
  status: 200,
  retryAfterSec: null,
  finishReason: "stop",
  reconnected: false,
};

const FACTS: PointFacts = {
  load: { kind: "rate", perSec: 1, arrivals: "constant" },
  peakRunning: 1,
  warmup: 0.1,
  tail: 0.1,
  slo: { ttftMs: 500 },
  usdPerHour: 3.6,
};

/** A point of requests that differ from a good one of 10 tokens in a second. */
function pointOf(requests: readonly Partial<LoadTestRequest>[], over: Partial<PointFacts> = {}): LoadTestPoint {
  const log = requestLog();
  for (const request of requests) log.add({ ...REQUEST, ...request }, [100, 100]);
  return measurePoint(log, { ...FACTS, ...over });
}

/** One request each second, 0 to 100. */
const steady = Array.from({ length: 101 }, (_, dueSec): Partial<LoadTestRequest> => ({ dueSec }));

describe("the window", () => {
  test("leaves out the first and the last tenth of the sending time, by when requests were due", () => {
    const { window, counts } = pointOf(steady);
    expect(window).toMatchObject({ fromSec: 10, toSec: 90, sendingSec: 100, totalSec: 101 });
    expect(counts).toMatchObject({ sent: 101, ok: 101, inWindow: 81 });
  });

  test("holds a slow request that ends long after it: choosing by the end would hide it", () => {
    const slow = steady.map((each) =>
      each.dueSec === 50 ? { ...each, ttftMs: 60_000, e2eMs: 61_000, endMs: 61_000 } : each,
    );
    expect(pointOf(slow).latency.ttft.max).toBe(60_000);
  });

  test("a warm-up that is slow is in no quantile", () => {
    const slow = steady.map((each) => (each.dueSec! < 10 ? { ...each, ttftMs: 9000 } : each));
    expect(pointOf(slow).latency.ttft.max).toBe(100);
  });

  test("of one request counts that one, and knows no rate", () => {
    const point = pointOf([{}]);
    expect(point.counts.inWindow).toBe(1);
    expect(point).toMatchObject({ offeredRequestsPerSec: null, outputTokensPerSec: null, littleResidual: null });
  });
});

describe("the figures of a steady point", () => {
  test("are those of its arithmetic", () => {
    const point = pointOf(steady);
    expect(point.offeredRequestsPerSec).toBeCloseTo(81 / 80, 12);
    expect(point.outputTokensPerSec).toBeCloseTo(10, 0);
    expect(point.inputTokensPerSec).toBeCloseTo(50, 9);
    expect(point.running.mean).toBeCloseTo(1, 9);
    expect(point.littleResidual).toBeCloseTo(1, 1);
    expect(point.usdPerMtokOutput).toBeCloseTo(1e6 / 1000 / point.outputTokensPerSec!, 9); // 0.001 USD a second
    expect(point.goodput).toMatchObject({ attainment: 1 });
    expect(point.queueGrows).toBe(false);
  });

  test("tokens of an answer that reaches over an edge count by the part inside", () => {
    const point = pointOf(
      [{ dueSec: 0 }, { dueSec: 50, ttftMs: 35_000, e2eMs: 45_000, endMs: 45_000, outputTokens: 101 }, { dueSec: 100 }],
      {},
    );
    // due at 50: first token at 85, the other hundred until 95; the window ends at 90
    expect(point.outputTokensPerSec).toBeCloseTo(51 / 80, 9);
  });

  test("Little's law shows tokens that are counted half", () => {
    const { littleResidual } = pointOf(steady, { load: { kind: "concurrency", requests: 2 } });
    expect(littleResidual).toBeCloseTo(2, 1); // two were held by name, one was in flight
  });

  test("failed requests and cut-off requests: the first are in the SLO, the second nowhere", () => {
    const failed = {
      outcome: "failed",
      reason: "HTTP 500",
      status: 500,
      ttftMs: null,
      tpotMs: null,
      e2eMs: null,
      endMs: 5,
    } as const;
    const point = pointOf(
      steady.map((each, index) =>
        index === 20 ? { ...each, ...failed } : index === 21 ? { ...each, outcome: "cancelled" as const } : each,
      ),
    );
    expect(point.counts).toMatchObject({ failed: 1, cancelled: 1, inWindow: 80 });
    expect(point.goodput!.attainment).toBeCloseTo(79 / 80, 12);
    expect(point.latency.ttft).toMatchObject({ n: 80, failedRequests: 1 });
  });

  test("a queue that grows is seen, one that wavers is not", () => {
    const growing = steady.map((each) => ({ ...each, ttftMs: 100 + 5 * each.dueSec! }));
    const wavering = steady.map((each) => ({ ...each, ttftMs: 100 + 80 * Math.sin(each.dueSec!) }));
    expect(pointOf(growing)).toMatchObject({ queueGrows: true, ttftSlopeMsPerSec: expect.closeTo(5, 9) });
    expect(pointOf(wavering)).toMatchObject({ queueGrows: false, ttftSlopeMsPerSec: null });
  });
});

describe("saturation", () => {
  const at = (perSec: number, outputTokensPerSec: number, queueGrows: boolean): LoadTestPoint => ({
    ...pointOf(steady),
    load: { kind: "rate", perSec, arrivals: "poisson" },
    offeredRequestsPerSec: perSec,
    outputTokensPerSec,
    queueGrows,
  });

  test("is where output stops rising while TTFT grows", () => {
    const points = [at(1, 100, false), at(2, 200, false), at(4, 205, true)];
    expect(saturationOf(points)).toMatchObject({
      saturated: true,
      toRatePerSec: 2,
      fromRatePerSec: 4,
      outputTokensPerSec: 205,
    });
  });

  test("is not where either is missing: a client at its limit, or a queue while output still follows", () => {
    expect(saturationOf([at(1, 100, false), at(2, 101, false)])).toMatchObject({ saturated: false, toRatePerSec: 2 });
    expect(saturationOf([at(1, 100, false), at(2, 180, true)])).toMatchObject({ saturated: false });
  });

  test("is unknown from one load", () => {
    expect(saturationOf([at(1, 100, true)])).toMatchObject({ saturated: null, outputTokensPerSec: 100 });
  });
});

test("gaps beyond what is kept are those of every second request, and the others stay exact", () => {
  const log = requestLog();
  const gaps = Array.from({ length: 1000 }, () => 5);
  for (let index = 0; index < 4100; index++) log.add({ ...REQUEST, index, dueSec: index }, gaps);
  const kept = log.gaps(() => true);
  expect(kept.length).toBeLessThanOrEqual(4_000_000);
  expect(kept.length).toBeGreaterThanOrEqual(2_000_000);
  expect(log.size()).toBe(4100);
});

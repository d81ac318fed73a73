import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { loadTestPage } from "../../src/loadtest/loadtest-page.ts";
import { loadTestText } from "../../src/loadtest/loadtest-text.ts";
import { nestingErrors } from "../report/well-formed.ts";
import { sampleResult } from "./sample-result.ts";

const golden = (name: string): string => fileURLToPath(new URL(`../golden/loadtest/${name}`, import.meta.url));

const found = {
  ratePerSec: 5.2,
  failsAtPerSec: 5.4,
  attainment: 0.95,
  confirmed: true,
  measurements: 2,
  requests: 620,
  attained: 0.966,
  requestsPerSec: 5.1,
  outputTokensPerSec: 330,
  precision: 0.037,
  reason: "bisection on the rate, both ends measured again",
};

describe("a load test in words", () => {
  test("a sweep: the best point, every point, and where it saturated", async () => {
    await expect(`${loadTestText(sampleResult())}\n`).toMatchFileSnapshot(golden("sweep.txt"));
  });

  test("a point with failed requests, cut off, whose quantiles say so where they fall among them", async () => {
    const { points } = sampleResult();
    const failedRequests = sampleResult({ ...points[3]!, points: [points[3]!], partial: true, stopped: "interrupted" });
    await expect(`${loadTestText(failedRequests)}\n`).toMatchFileSnapshot(golden("failed-requests.txt"));
  });

  test("a capacity, and one that was not found", () => {
    expect(loadTestText(sampleResult({ sloCapacity: found })).replaceAll("\n", " ")).toContain(
      "Capacity at the SLO: 5.2 requests/s kept it for 95 % of requests, confirmed: 97 % of 620 requests in 2 measurements; 5.4 did not (bisection",
    );
    expect(loadTestText(sampleResult({ sloCapacity: { ...found, confirmed: false } }))).toContain(
      "kept it for 95 % of requests, not confirmed",
    );
    const none = { ...found, ratePerSec: null, failsAtPerSec: 0.1, reason: "no rate that was tried kept the SLO" };
    expect(loadTestText(sampleResult({ sloCapacity: none }))).toContain(
      "No rate met the SLO for 95 % of requests; 0.1",
    );
  });

  test("a page has its charts, and every element is closed", () => {
    const page = loadTestPage(sampleResult({ sloCapacity: found }));
    expect(nestingErrors(page)).toEqual([]);
    expect(page.match(/<svg/g)).toHaveLength(6); // three charts, each wide and narrow
    expect(page).toContain("Capacity at the SLO");
  });

  test("a page of nothing measured says so and draws no chart", () => {
    const { points } = sampleResult();
    const none = {
      n: 0,
      failedRequests: 0,
      mean: null,
      p50: null,
      p90: null,
      p95: null,
      p99: null,
      max: null,
      thin: [],
    };
    const latency = { ttft: none, tpot: none, itl: none, e2e: none, ntpot: none, queueDelay: none };
    const empty = { ...points[0]!, latency, latencyOfOk: latency, ttftOverTime: [] };
    const page = loadTestPage(sampleResult({ ...empty, points: [empty], findings: ["nothing was measured"] }));
    expect(page).not.toContain("<svg");
    expect(page).toContain("Nothing was measured");
  });
});

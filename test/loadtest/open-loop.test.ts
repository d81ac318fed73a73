import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import { LoadTestSpec } from "../../src/domain/loadtest-spec.ts";
import type { LoadTestRequest } from "../../src/domain/loadtest-request.ts";
import { PROCESS_CLOCK, waitUntil } from "../../src/loadtest/clock.ts";
import { runLoadTest } from "../../src/loadtest/run-loadtest.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import { good, startEndpoint, type TestEndpoint } from "./start-endpoint.ts";
import { longTest } from "../long-suite.ts";

let endpoint: TestEndpoint | undefined;
afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
});

const spec = (url: string, over: object): LoadTestSpec =>
  LoadTestSpec.parse({ url, inputTokens: 3, warmup: 0, tail: 0, ...over });

describe("the open loop", () => {
  test("sends when requests are due, although no answer has come", async () => {
    const answers: (() => void)[] = [];
    endpoint = await startEndpoint((response, nth, body) => {
      answers.push(() => good(response, nth, body)); // the first answer comes when the last request is there
      if (answers.length === 20) for (const answer of answers) answer();
    });
    const result = await runLoadTest(spec(endpoint.url, { mode: "constant", rate: 100, requests: 20 }));
    expect(result.counts).toMatchObject({ sent: 20, ok: 20 });
    expect(result.running.peak).toBe(20);
  });

  test("sends the same requests at the same times for the same seed, whatever the server does", async () => {
    const dueOf = async (answering: typeof good): Promise<unknown> => {
      const requests: LoadTestRequest[] = [];
      endpoint = await startEndpoint(answering);
      await runLoadTest(spec(endpoint.url, { mode: "poisson", rate: 200, requests: 15 }), {
        onRequest: (each) => requests.push(each),
      });
      const { bodies } = endpoint;
      await endpoint.close();
      const due = requests.toSorted((a, b) => a.index - b.index).map(({ dueSec }) => dueSec.toFixed(5));
      return [due, bodies.map((body) => JSON.stringify(body)).toSorted()];
    };
    const slow: typeof good = (response, nth, body) => void setTimeout(() => good(response, nth, body), 50);
    expect(await dueOf(slow)).toEqual(await dueOf(good));
  });

  test("holds a concurrency: never more at once, and no sooner than an answer", async () => {
    endpoint = await startEndpoint((response, nth, body) => void setTimeout(() => good(response, nth, body), 20));
    const result = await runLoadTest(spec(endpoint.url, { mode: "concurrent", concurrency: 3, requests: 30 }));
    expect(result.counts.ok).toBe(30);
    expect(result.running.peak).toBe(3);
    expect(result.findings.join()).toMatch(/a closed loop/);
  });

  test("a rate beyond what the client can send still lets answers in, and ends when it is told to", async () => {
    const stop = new AbortController();
    endpoint = await startEndpoint((response, nth, body) => {
      good(response, nth, body);
      if (nth === 500) stop.abort();
    });
    const result = await runLoadTest(spec(endpoint.url, { mode: "constant", rate: 100_000, maxRequests: 1_000_000 }), {
      signal: stop.signal,
    });
    expect(result.stopped).toBe("interrupted");
    expect(result.counts.ok).toBeGreaterThan(10);
    expect(result.findings.join()).toMatch(/sent late|could not keep the rate/);
  });

  longTest("a sweep and a search measure one point for each rate, with prompts and arrivals of its own", async () => {
    endpoint = await startEndpoint(good);
    const swept = await runLoadTest(spec(endpoint.url, { mode: "sweep", rates: [40, 20], requests: 8 }));
    expect(swept.points.map(({ load }) => load)).toMatchObject([{ perSec: 20 }, { perSec: 40 }]);
    expect(new Set(endpoint.bodies.map((body) => JSON.stringify(body["messages"]))).size).toBe(16);
    const search = { findCapacity: true, slo: { ttftMs: 1 / 1000 }, rate: 1024, requests: 5, maxRequests: 40 };
    const found = await runLoadTest(spec(endpoint.url, search));
    expect(found.sloCapacity).toMatchObject({
      ratePerSec: null,
      failsAtPerSec: 8,
      reason: expect.stringMatching(/max-requests/),
    });
  });
});

test("an endpoint with several models is not guessed at", async () => {
  const server = createServer(
    (_request, response) => void response.end('{"data":[{"id":"a"},{"id":"b"},{"id":"c","parent":"a"}]}'),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const failure = await catchFailureAsync(() => runLoadTest(spec(url, {})));
  server.close();
  expect(failure).toMatchObject({
    kind: "bad_input",
    message: expect.stringMatching(/lists 2 models: a, b$/),
    hint: expect.stringMatching(/--model a/),
  });
});

describe("waiting for a moment", () => {
  test("ends at it, not before, and at once where the test is ended", async () => {
    const due = performance.now() + 30;
    await waitUntil(due, PROCESS_CLOCK);
    expect(performance.now()).toBeGreaterThanOrEqual(due);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 5);
    await waitUntil(performance.now() + 60_000, PROCESS_CLOCK, stop.signal);
    expect(performance.now()).toBeLessThan(due + 5000);
  });
});

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

import { afterEach, describe, expect, test } from "vitest";

import type { Failure } from "../../src/base/failure.ts";
import { LoadTestSpec } from "../../src/domain/loadtest-spec.ts";
import type { LoadTestRequest } from "../../src/domain/loadtest-request.ts";
import { LoadTestResult } from "../../src/domain/loadtest-result.ts";
import { type LoadTestOptions, runLoadTest } from "../../src/loadtest/run-loadtest.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import {
  type Answering,
  chunk,
  DONE,
  event,
  good,
  ROLE,
  startEndpoint,
  STOP,
  stream,
  type TestEndpoint,
  usage,
} from "./start-endpoint.ts";
import { longTest } from "../long-suite.ts";

let endpoint: TestEndpoint | undefined;
afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
});

/** Failure of a test against a server that gives this answer to the request for its models. */
async function modelsFailure(onGet: (response: ServerResponse) => void, signal?: AbortSignal): Promise<Failure> {
  const server = createServer((_, response) => onGet(response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const spec = LoadTestSpec.parse({ url: `http://127.0.0.1:${port}` });
    return await catchFailureAsync(() => runLoadTest(spec, { apiKey: "sk-not-to-be-seen", signal }));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

type Ran = { result: LoadTestResult; requests: LoadTestRequest[] };

/** Four requests one after another, all of them counted. */
async function ask(answering: Answering, over: object = {}, options: LoadTestOptions = {}): Promise<Ran> {
  endpoint = await startEndpoint(answering);
  const requests: LoadTestRequest[] = [];
  const fast = { mode: "sync", requests: 4, warmup: 0, tail: 0, inputTokens: 3, timeoutSec: 5 };
  const spec = LoadTestSpec.parse({ url: endpoint.url, ...fast, ...over });
  const result = await runLoadTest(spec, { onRequest: (request) => requests.push(request), ...options });
  expect(LoadTestResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(JSON.parse(JSON.stringify(result)));
  return { result, requests };
}

describe("an answer without content is a failed request, and says why", () => {
  const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answering => {
    return (response) => {
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    };
  };
  const broken = (...events: readonly string[]): Answering => {
    return (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(events.join(""), () => response.destroy());
    };
  };
  test.each<[string, Answering, RegExp]>([
    ["a 429", json(429, { error: { message: "slow down" } }, { "retry-after": "7" }), /HTTP 429: slow down/],
    ["a 500 without a body", (response) => void response.writeHead(500).end(), /^HTTP 500$/],
    ["a redirect", (response) => void response.writeHead(302, { location: "http://elsewhere" }).end(), /not followed/],
    ["a success that is not a stream", json(200, { choices: [] }), /answered without a stream/],
    ["an error within a success", json(200, { error: { message: "no such model" } }), /no such model/],
    ["an event that is not JSON", (response) => stream(response, ROLE, 'data: {"choi\n\n', DONE), /not a JSON object/],
    ["an error in the stream", (response) => stream(response, ROLE, event({ error: { message: "OOM" } })), /OOM/],
    ["half a stream that ends cleanly", (response) => stream(response, ROLE, chunk("a")), /before it was done/],
    ["half a stream that breaks", broken(ROLE, chunk("a")), /broke after 1 chunks|closed in the middle/],
    ["a stream of nothing", (response) => stream(response), /ended before any token/],
    [
      "a finish reason that says the engine gave it up",
      (response) =>
        stream(
          response,
          ROLE,
          chunk("a"),
          event({ choices: [{ index: 0, delta: {}, finish_reason: "abort" }] }),
          usage(5, 1),
          DONE,
        ),
      /aborted it: finish reason abort/,
    ],
    [
      "a stream that is packed",
      (response) => {
        response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
        response.end(gzipSync(chunk("a") + STOP + DONE));
      },
      /in the encoding gzip, which was not asked for/,
    ],
    ["a success without a token", (response) => stream(response, ROLE, STOP, usage(5, 0), DONE), /without a token/],
    [
      "a usage of 0 tokens",
      (response) => stream(response, ROLE, chunk("a"), STOP, usage(5, 0), DONE),
      /0 output tokens/,
    ],
  ])("%s", async (_name, answering, reason) => {
    const { result, requests } = await ask(answering);
    expect(result.counts).toMatchObject({ sent: 4, ok: 0, failed: 4, inWindow: 4 });
    for (const request of requests)
      expect(request).toMatchObject({ outcome: "failed", reason: expect.stringMatching(reason) });
    expect(result.failedRequests).toMatchObject([{ requests: 4, reason: expect.stringMatching(reason) }]);
    expect(result.latency.ttft).toMatchObject({ n: 4, failedRequests: 4, p50: null, mean: null });
    expect(result.findings[0]).toMatch(/every request of the window failed/);
    expect(result.findings.join()).not.toMatch(/usage/); // nothing came that could be counted
    expect(endpoint!.bodies).toHaveLength(4); // nothing was sent again
  });

  test("a connection that closes at once, and once more on a fresh one where the first was an idle one", async () => {
    const { result, requests } = await ask((response) => void response.destroy());
    expect(result.counts).toMatchObject({ sent: 4, failed: 4 });
    for (const { reason } of requests) expect(reason).toBe("the connection closed before an answer");
    expect(endpoint!.bodies).toHaveLength(4 + result.counts.reconnected);
  });

  test("a search for the capacity ends with the first rate at which nothing is answered", async () => {
    const search = { mode: "poisson", findCapacity: true, slo: { ttftMs: 500 }, rate: 100, seconds: 1 };
    const { result } = await ask(json(500, { error: { message: "no GPU" } }), search);
    expect(result.points).toHaveLength(1);
    expect(result.sloCapacity).toMatchObject({ ratePerSec: null, reason: expect.stringMatching(/HTTP 500: no GPU/) });
  });

  test("what a 429 asks to wait is kept, and nothing is sent again", async () => {
    const { result } = await ask(json(429, {}, { "retry-after": "7" }));
    expect(result.failedRequests[0]).toMatchObject({ status: 429, retryAfterSec: 7 });
  });

  longTest("an endpoint that hangs is left after the timeout, with the first token that had come", async () => {
    const { result, requests } = await ask(
      (response, nth) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        if (nth === 0) response.write(ROLE + chunk("a"));
      },
      { requests: 2, timeoutSec: 1 }, // long enough for a first token where the machine is loaded
    );
    expect(result.counts).toMatchObject({ ok: 0, failed: 0, timedOut: 2 });
    expect(requests[0]!.ttftMs).toBeGreaterThan(0);
    expect(requests[1]!.ttftMs).toBeNull();
    for (const { endMs } of requests) expect(endMs).toBeGreaterThan(995);
  });

  test("failed requests take the place of the longest latencies", async () => {
    const { result } = await ask((response, nth, body) =>
      nth === 3 ? response.writeHead(500).end() : good(response, nth, body),
    );
    expect(result.counts).toMatchObject({ ok: 3, failed: 1 });
    expect(result.latency.ttft.p50).not.toBeNull();
    expect(result.latency.ttft.p90).toBeNull();
    expect(result.latencyOfOk.ttft).toMatchObject({ n: 3, failedRequests: 0 });
  });
});

describe("what a server leaves out", () => {
  test("no usage: chunks are counted, and the result says so", async () => {
    const { result, requests } = await ask((response) =>
      stream(response, ROLE, chunk("a"), chunk("b c d"), STOP, DONE),
    );
    expect(requests[0]).toMatchObject({ outcome: "ok", outputTokens: 2, countedBy: "chunks", inputTokens: null });
    expect(result).toMatchObject({
      countedBy: "chunks",
      inputTokens: null,
      inputTokensPerSec: null,
      tokensPerChunk: null,
    });
    expect(result.findings.join()).toMatch(/does not report usage/);
  });

  test("no [DONE]: a finish reason is enough", async () => {
    const { requests } = await ask((response) => stream(response, ROLE, chunk("a"), STOP, usage(5, 1)));
    expect(requests[0]).toMatchObject({ outcome: "ok", finishReason: "stop", outputTokens: 1, tpotMs: null });
  });

  longTest("the end of the answer after [DONE]: the answer is good, and as long as it took to be done", async () => {
    const { requests } = await ask((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(ROLE + chunk("a") + STOP + usage(5, 1) + DONE);
    });
    expect(requests).toHaveLength(4);
    for (const { outcome, endMs, e2eMs } of requests) {
      expect(outcome).toBe("ok");
      expect(endMs - e2eMs!).toBeLessThan(150); // without the time in which it might have ended
    }
  });

  test("the small letters of the type of a stream", async () => {
    const { result } = await ask((response) => {
      response.writeHead(200, { "content-type": "Text/Event-Stream" });
      response.end(chunk("a") + STOP + usage(5, 1) + DONE);
    });
    expect(result.counts.ok).toBe(4);
  });

  test("chunks of several tokens: tokens are those of the usage, and ITL is marked", async () => {
    const { result, requests } = await ask((response) =>
      stream(response, ROLE, chunk("a b"), chunk("c d"), STOP, usage(5, 4), DONE),
    );
    expect(requests[0]).toMatchObject({ outputTokens: 4, chunks: 2, countedBy: "usage" });
    expect(result.tokensPerChunk).toBe(2);
    expect(result.findings.join()).toMatch(/a chunk has 2 tokens/);
  });

  test("one chunk of several tokens has no TPOT, so that it keeps no limit by 0 ms", async () => {
    const { requests } = await ask((response) => stream(response, chunk("a b c"), STOP, usage(5, 3), DONE));
    expect(requests[0]).toMatchObject({ outputTokens: 3, chunks: 1, tpotMs: null, maxGapMs: null });
  });

  test("a proxy that holds the stream back until its end is found", async () => {
    const { result, requests } = await ask((response) =>
      stream(response, ROLE, ...["a", "b", "c"].map(chunk), STOP, usage(5, 3), DONE),
    );
    expect(requests[0]).toMatchObject({ outputTokens: 3, chunks: 3, tpotMs: null, maxGapMs: null });
    expect(result.findings.join()).toMatch(/tokens of most answers came at once/);
  });

  test("cached input is the share of the tokens that the server names", async () => {
    const { result } = await ask((response) => stream(response, chunk("a"), STOP, usage(10, 1, 4), DONE));
    expect(result.cachedShare).toBeCloseTo(0.4, 12);
  });
});

describe("the test itself", () => {
  test("a server that is not there fails before anything is sent", async () => {
    const gone = await startEndpoint(good);
    await gone.close();
    const failure = await catchFailureAsync(() => runLoadTest(LoadTestSpec.parse({ url: gone.url })));
    expect(failure).toMatchObject({
      kind: "outside",
      message: expect.stringMatching(/cannot be reached.*ECONNREFUSED/),
    });
  });

  test("the date going back does not touch a latency", async () => {
    let day = 20_000;
    const clock = { monotonicMs: () => performance.now(), date: () => new Date(86_400_000 * day--) };
    const { result, requests } = await ask(good, {}, { clock });
    const took = Date.parse(result.finishedAt) - Date.parse(result.startedAt);
    expect(took).toBeGreaterThanOrEqual(0);
    expect(took).toBeLessThan(20_000);
    for (const request of requests) expect(request.e2eMs).toBeGreaterThan(0);
  });

  test("an idle connection that died is replaced once, and the request counts as sent again", async () => {
    const { result } = await ask((response, nth, body) => {
      const { socket } = response;
      good(response, nth, body);
      if (nth === 0) setTimeout(() => socket?.resetAndDestroy(), 0);
    });
    expect(result.counts).toMatchObject({ ok: 4, failed: 0 });
    expect(result.counts.reconnected).toBeLessThanOrEqual(1); // the reset may come before the next request or within it
  });

  test("the key is sent, and stands in no message although the server repeats it", async () => {
    const secret = "sk-not-to-be-seen";
    const { result } = await ask(
      (response) => {
        response.writeHead(401, { "content-type": "application/json" });
        response.end(JSON.stringify({ error: { message: `Incorrect API key provided: ${secret}` } }));
      },
      {},
      { apiKey: secret },
    );
    expect(endpoint!.headers[0]!.authorization).toBe(`Bearer ${secret}`);
    expect(JSON.stringify(result)).not.toContain(secret);
    expect(result.failedRequests[0]!.reason).toBe("HTTP 401: Incorrect API key provided: [key]");
  });

  test.each([
    [
      "a message that is cut within it",
      (response: ServerResponse, secret: string): void => {
        response.writeHead(401, { "content-type": "application/json" });
        response.end(JSON.stringify({ error: { message: `${"x".repeat(80)} ${secret}` } }));
      },
    ],
    [
      "a finish reason",
      (response: ServerResponse, secret: string): void =>
        stream(
          response,
          chunk("a"),
          event({ choices: [{ index: 0, delta: {}, finish_reason: secret }] }),
          usage(5, 1),
          DONE,
        ),
    ],
  ])("no part of the key stands in the record through %s", async (_name, answering) => {
    const secret = `sk-not-to-be-seen-${"0123456789".repeat(6)}`;
    const { result, requests } = await ask((response) => answering(response, secret), {}, { apiKey: secret });
    expect(JSON.stringify([result, requests])).not.toContain("sk-not");
  });

  test("a server that refuses the key already for its models is said to do so", async () => {
    const failure = await modelsFailure((response) => void response.writeHead(401).end());
    expect(failure).toMatchObject({ kind: "bad_input", message: expect.stringMatching(/refuses the key.*HTTP 401/) });
    expect(failure.hint).toMatch(/OPENAI_API_KEY/);
  });

  test("models that are named after the key stand in no message", async () => {
    const failure = await modelsFailure((response) => {
      response.writeHead(200).end(JSON.stringify({ data: [{ id: "sk-not-to-be-seen" }, { id: "b" }] }));
    });
    expect(`${failure.message} ${failure.hint}`).not.toContain("sk-not");
  });

  test("it is cut off while a server does not say which models it has", async () => {
    const stop = new AbortController();
    const begun = performance.now();
    const failure = await modelsFailure(() => setTimeout(() => stop.abort(), 20), stop.signal);
    expect(failure.kind).toBe("interrupted");
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  test("cut off, it keeps what was measured, and those on their way are in no quantile", async () => {
    const stop = new AbortController();
    const { result } = await ask(
      (response, nth, body) => {
        if (nth < 3) return good(response, nth, body);
        response.writeHead(200, { "content-type": "text/event-stream" }).write(ROLE);
        setTimeout(() => stop.abort(), 20);
      },
      { requests: 100 },
      { signal: stop.signal },
    );
    expect(result).toMatchObject({ stopped: "interrupted", partial: true });
    expect(result.counts).toMatchObject({ sent: 4, ok: 3, cancelled: 1, inWindow: 3 });
  });

  test.each([
    { of: "requests", over: { requests: 50, maxRequests: 5 }, stopped: "max-requests", sent: 5 },
    // worst case 30 tokens, 0.0003 USD; each really costs 0.00002, so that the 37th no longer fits next to 36 of them
    {
      of: "dollars",
      over: { requests: 50, maxUsd: "0.001", usdPerMtokOutput: "10", outputTokens: 30 },
      stopped: "max-usd",
      sent: 36,
    },
  ])("the bound of $of ends it", async ({ over, stopped, sent }) => {
    const { result } = await ask(good, over);
    expect(result).toMatchObject({ stopped, partial: true, counts: { sent, ok: sent } });
    if (stopped === "max-usd") expect(result.spentUsd).toBe("0.00072");
  });

  test("the bound of seconds ends it", async () => {
    const { result } = await ask(good, { requests: 1_000_000, maxSeconds: 0.2 });
    expect(result).toMatchObject({ stopped: "max-seconds", partial: true });
    expect(result.window.sendingSec).toBeLessThan(20); // a million requests would take minutes
  });
});

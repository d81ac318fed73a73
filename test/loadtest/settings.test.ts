import { describe, expect, test } from "vitest";

import { LoadTestSpec } from "../../src/domain/loadtest-spec.ts";
import { checkSpec } from "../../src/loadtest/check-spec.ts";
import { endpointOf } from "../../src/base/api-endpoint.ts";
import { loadPlan } from "../../src/loadtest/load-plan.ts";
import { parseSlo, sloWords } from "../../src/loadtest/slo.ts";
import { catchFailure } from "../catch-failure.ts";

const spec = (over: object = {}): LoadTestSpec => LoadTestSpec.parse({ url: "http://localhost:8000", ...over });

describe("an address", () => {
  test.each([
    ["http://localhost:8000", "http://localhost:8000/v1/chat/completions", true],
    ["http://127.0.0.2:8000/", "http://127.0.0.2:8000/v1/chat/completions", true],
    ["http://[::1]:8000/v1", "http://[::1]:8000/v1/chat/completions", true],
    ["https://host/api/v1/", "https://host/api/v1/chat/completions", false],
    ["https://host/v1/chat/completions", "https://host/v1/chat/completions", false],
    ["http://localhost.evil.example", "http://localhost.evil.example/v1/chat/completions", false],
    ["http://127.0.0.1.example", "http://127.0.0.1.example/v1/chat/completions", false],
  ])("%s", (url, shown, isLoopback) => {
    expect(endpointOf({ url, api: "chat" })).toMatchObject({ shown, isLoopback });
  });

  test("keeps its query for the requests, and out of what is shown", () => {
    const { url, modelsUrl, shown } = endpointOf({
      url: "https://host/openai/v1?api-version=2&key=secret",
      api: "completions",
    });
    expect(url.href).toBe("https://host/openai/v1/completions?api-version=2&key=secret");
    expect(modelsUrl.href).toBe("https://host/openai/v1/models?api-version=2&key=secret");
    expect(shown).toBe("https://host/openai/v1/completions");
  });

  test.each([
    ["localhost:8000", /is not an http address/, /write http:\/\/localhost:8000/],
    ["ftp://host", /is not an http address/, /expected http/],
    ["ftp://me:pass@host/v1?key=secret", /^"ftp:\/\/…@host\/v1\?…" is not an http address$/, /expected http/],
    ["me:pass@host", /^"…@host" is not an http address$/, /expected http/],
    ["host:8000/v1?key=secret", /^"host:8000\/v1\?…" is not an http address$/, /^write http:\/\/host:8000\/v1\?…$/],
    ["http://me:pass@host", /user name or password/, /environment variable/],
    ["http://host/v1/completions", /path of the completions API, but chat was requested/, /--api completions/],
  ])("refused: %s", (url, message, hint) => {
    expect(catchFailure(() => endpointOf({ url, api: "chat" }))).toMatchObject({
      kind: "bad_input",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});

describe("an SLO", () => {
  test("is milliseconds, or seconds where it says so", () => {
    expect(parseSlo("ttft=500, TPOT=50ms,e2e=2.5s")).toEqual({ ttftMs: 500, tpotMs: 50, e2eMs: 2500 });
    expect(sloWords(parseSlo("tpot=50,ttft=500"))).toBe("TTFT ≤ 500 ms, TPOT ≤ 50 ms");
  });

  test.each([
    ["ttft", /not of the form NAME=MILLISECONDS/],
    ["tfft=3", /unknown limit "tfft"/],
    ["ttft=1,ttft=2", /duplicate limit/],
    ["ttft=0", /out of range/],
    ["ttft=-5", /not of the form/],
  ])("refused: %s", (text, message) => {
    expect(catchFailure(() => parseSlo(text))).toMatchObject({
      kind: "bad_input",
      message: expect.stringMatching(message),
    });
  });
});

test.each([
  [{ findCapacity: true }, /needs an SLO/],
  [{ findCapacity: true, slo: { ttftMs: 1 }, mode: "concurrent" }, /searches for a rate/],
  [{ mode: "trace" }, /needs a trace/],
  [{ traceFile: "t" }, /not used by mode poisson/],
  [{ mode: "trace", traceFile: "t", prompts: "p" }, /both files of prompts/],
  [{ rates: [1] }, /--rates is not used/],
  [{ warmup: 0.5, tail: 0.5 }, /leave nothing/],
  [{ extraBody: { stream: false } }, /contains stream, which/],
  [{ extraBody: { n: 4 } }, /contains n, which/],
  [{ extraBody: { api_key: "sk-abc" } }, /^(?!.*sk-abc).*contains api_key, but the body is part of the result/],
  [{ extraBody: { max_tokens: 100_000 } }, /contains max_tokens, which/],
])("settings that contradict each other are refused: %j", (over, message) => {
  expect(catchFailure(() => checkSpec(spec(over)))).toMatchObject({
    kind: "bad_input",
    message: expect.stringMatching(message),
  });
});

describe("the plan before anything is sent", () => {
  const prices = { usdPerMtokInput: "1", usdPerMtokOutput: "10", maxUsd: "5" };

  test("is the worst case: every request as long as it may be", () => {
    const plan = loadPlan(
      spec({ mode: "sync", requests: 10, inputTokens: 100, outputTokens: 200, ...prices }),
      undefined,
    );
    // a word may be more than a token, and a template adds some: 100 · 1.5 + 64 input tokens are reckoned with
    expect(plan).toMatchObject({ requests: 10, outputTokens: 2000, worstUsd: "0.02214", isLoopback: true });
  });

  test("ends at the bounds of requests and of dollars", () => {
    const plan = loadPlan(spec({ mode: "sync", maxRequests: 1000, outputTokens: 100_000, ...prices }), undefined);
    expect(plan).toMatchObject({ requests: 1000, worstUsd: "5.00" });
  });

  test("says that a key goes over the wire unencrypted, and names the variable alone", () => {
    const { lines } = loadPlan(spec({ url: "http://elsewhere.example" }), "MY_KEY");
    expect(lines.at(-1)).toBe("the key in MY_KEY is sent, unencrypted: the address is http");
    expect(lines.join()).toMatch(/cost: unknown/);
    expect(lines[1]).toMatch(/at 1 request\/s$/);
  });
});

import { describe, expect, test } from "vitest";

import { limitWaitMs, retryAfterMs, shouldRetry } from "../../src/llm/rate-limits.ts";

describe("what a refusal asks to wait", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  test.each([
    ["seconds", { "retry-after": "2" }, 2000],
    ["a fraction of a second", { "retry-after": "0.25" }, 250],
    ["a date", { "retry-after": "Sat, 28 Nov 2026 12:00:30 GMT" }, 30_000],
    ["a date that has passed", { "retry-after": "Sat, 28 Nov 2026 11:00:00 GMT" }, 0],
    ["milliseconds, which go first", { "retry-after": "2", "retry-after-ms": "1234" }, 1234],
    ["nothing", {}, undefined],
    ["words", { "retry-after": "soon" }, undefined],
  ])("is read from %s", (_, headers, ms) => {
    expect(retryAfterMs(headers, now)).toBe(ms);
  });
});

describe("the wait that limits ask for", () => {
  const requests = (remaining: string, reset: string, limit?: string) => ({
    "x-ratelimit-remaining-requests": remaining,
    "x-ratelimit-reset-requests": reset,
    ...(limit === undefined ? {} : { "x-ratelimit-limit-requests": limit }),
  });
  const tokens = (remaining: string, reset: string, limit: string) => ({
    "x-ratelimit-remaining-tokens": remaining,
    "x-ratelimit-reset-tokens": reset,
    "x-ratelimit-limit-tokens": limit,
  });
  const anthropic = (remaining: string, reset: string, limit: string) => ({
    "anthropic-ratelimit-requests-remaining": remaining,
    "anthropic-ratelimit-requests-reset": reset,
    "anthropic-ratelimit-requests-limit": limit,
  });
  const nowMs = Date.parse("2026-11-28T12:00:00Z");
  test.each([
    ["is none where requests are left", requests("1", "6m0s", "60"), 0],
    ["is that of one request of a limit that refills evenly", requests("0", "1m0s", "60"), 1000],
    ["is the whole reset where the limit is not stated", requests("0", "1m0.5s"), 60_500],
    ["is that of the missing tokens", tokens("50", "9.5s", "1000"), 500],
    ["is none where tokens suffice", tokens("100", "9s", "1000"), 0],
    ["is the longer of both", { ...requests("0", "20ms", "10"), ...tokens("0", "1s", "1000") }, 100],
    ["is that of Azure's seconds", requests("0", "10", "10"), 1000],
    ["is none where Azure does not know what is left", requests("-1", "10", "10"), 0],
    ["is that of Anthropic's time of day", anthropic("0", "2026-11-28T12:00:30Z", "60"), 500],
    ["is none for a time of day that has passed", anthropic("0", "2026-11-28T11:00:00Z", "60"), 0],
    [
      "is that of the general header",
      { "ratelimit-limit": "10", "ratelimit-remaining": "0", "ratelimit-reset": "5" },
      500,
    ],
    ["is none for a reset in another form", requests("0", "soon"), 0],
    ["is none without headers", {}, 0],
  ])("%s", (_, headers, ms) => {
    expect(limitWaitMs(headers, { tokens: 100, nowMs })).toBe(ms);
  });
});

test("a server says by x-should-retry whether a request may be sent again", () => {
  expect(shouldRetry({ "x-should-retry": "true" })).toBe(true);
  expect(shouldRetry({ "x-should-retry": "false" })).toBe(false);
  expect(shouldRetry({})).toBeUndefined();
});

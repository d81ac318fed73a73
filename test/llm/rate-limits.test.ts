import { describe, expect, test } from "vitest";

import { limitWaitMs, retryAfterMs } from "../../src/llm/rate-limits.ts";

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
  test.each([
    ["is none where requests are left", requests("1", "6m0s", "60"), 0],
    ["is that of one request of a limit that refills evenly", requests("0", "1m0s", "60"), 1000],
    ["is the whole reset where the limit is not stated", requests("0", "1m0.5s"), 60_500],
    ["is that of the missing tokens", tokens("50", "9.5s", "1000"), 500],
    ["is none where tokens suffice", tokens("100", "9s", "1000"), 0],
    ["is the longer of both", { ...requests("0", "20ms", "10"), ...tokens("0", "1s", "1000") }, 100],
    ["is none for a reset in another form", requests("0", "2026-11-28T12:00:00Z"), 0],
    ["is none without headers", {}, 0],
  ])("%s", (_, headers, ms) => {
    expect(limitWaitMs(headers, 100)).toBe(ms);
  });
});

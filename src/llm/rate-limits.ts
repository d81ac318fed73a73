import type { IncomingHttpHeaders } from "node:http";

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/**
 * Milliseconds that the server asks to wait before a rejected request is retried: `retry-after-ms`, otherwise
 * `retry-after` (seconds, or a date).
 *
 * @source RFC 9110, section 10.2.3; OpenAI, error codes (retry-after-ms)
 */
export function retryAfterMs(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  const ms = numberIn(headers["retry-after-ms"]);
  if (ms !== undefined) return ms;
  const header = headers["retry-after"];
  if (header === undefined) return undefined;
  const sec = numberIn(header);
  if (sec !== undefined) return sec * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/**
 * Milliseconds to wait until the limits on requests and tokens allow one more request; 0 if they already do or are not
 * reported. A limit refills evenly: `reset` is the time until it is full, and one request needs its share of that time.
 *
 * @param tokens number of tokens of one request
 * @source OpenAI, rate limits: x-ratelimit-{limit,remaining,reset}-{requests,tokens}, resets as `1s` or `6m0s`
 */
export function limitWaitMs(headers: IncomingHttpHeaders, tokens: number): number {
  const waitOf = (what: "requests" | "tokens", needed: number): number => {
    const remaining = numberIn(headers[`x-ratelimit-remaining-${what}`]);
    const resetMs = durationMs(headers[`x-ratelimit-reset-${what}`]);
    if (remaining === undefined || resetMs === undefined || remaining >= needed) return 0;
    const limit = numberIn(headers[`x-ratelimit-limit-${what}`]);
    if (limit === undefined || limit <= remaining) return resetMs;
    return Math.min(resetMs, (resetMs * (needed - remaining)) / (limit - remaining));
  };
  return Math.max(waitOf("requests", 1), waitOf("tokens", tokens));
}

/** `6m0s`, `1.5s`, `20ms` in milliseconds; undefined for anything else, such as a time of day. */
function durationMs(header: string | string[] | undefined): number | undefined {
  if (typeof header !== "string" || !/^(?:\d+(?:\.\d+)?(?:ms|[hms]))+$/.test(header)) return undefined;
  return [...header.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNIT_MS[unit!]!,
    0,
  );
}

function numberIn(header: string | string[] | undefined): number | undefined {
  return typeof header === "string" && /^\s*\d+(?:\.\d+)?\s*$/.test(header) ? Number(header) : undefined;
}

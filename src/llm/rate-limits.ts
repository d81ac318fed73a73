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
 * Value of `x-should-retry`: true if the request may be sent again, false if it must not; undefined without the header.
 *
 * @source openai-node 7.57, `shouldRetry`
 */
export function shouldRetry(headers: IncomingHttpHeaders): boolean | undefined {
  const header = headers["x-should-retry"];
  return header === "true" ? true : header === "false" ? false : undefined;
}

/**
 * Milliseconds to wait until the limits on requests and tokens allow one more request; 0 if they already do or are not
 * reported. A limit refills evenly: `reset` is the time until it is full, and one request needs its share of that time.
 *
 * @param tokens number of tokens of one request
 * @source OpenAI, rate limits: x-ratelimit-{limit,remaining,reset}-{requests,tokens}, resets as `1s` or `6m0s`, as
 *   seconds on Azure (where -1 is an unknown remainder); Anthropic, rate limits: anthropic-ratelimit-*, resets as
 *   RFC 3339; IETF draft-ietf-httpapi-ratelimit-headers: ratelimit-{limit,remaining,reset}, resets in seconds
 */
export function limitWaitMs(
  headers: IncomingHttpHeaders,
  { tokens, nowMs }: { tokens: number; nowMs: number },
): number {
  const waitOf = (nameOf: (field: string) => string, needed: number): number => {
    const remaining = numberIn(headers[nameOf("remaining")]);
    const resetMs = resetIn(headers[nameOf("reset")], nowMs);
    if (remaining === undefined || resetMs === undefined || remaining >= needed) return 0;
    const limit = numberIn(headers[nameOf("limit")]);
    if (limit === undefined || limit <= remaining) return resetMs;
    return Math.min(resetMs, (resetMs * (needed - remaining)) / (limit - remaining));
  };
  return Math.max(
    waitOf((field) => `x-ratelimit-${field}-requests`, 1),
    waitOf((field) => `x-ratelimit-${field}-tokens`, tokens),
    waitOf((field) => `anthropic-ratelimit-requests-${field}`, 1),
    waitOf((field) => `anthropic-ratelimit-tokens-${field}`, tokens),
    waitOf((field) => `ratelimit-${field}`, 1),
  );
}

/** Milliseconds until a limit is full, from `6m0s`, `20ms`, seconds or an RFC 3339 time; undefined for anything else. */
function resetIn(header: string | string[] | undefined, nowMs: number): number | undefined {
  if (typeof header !== "string") return undefined;
  const sec = numberIn(header);
  if (sec !== undefined) return sec * 1000;
  if (/^\d{4}-\d\d-\d\dT/.test(header)) {
    const date = Date.parse(header);
    return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
  }
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[hms]))+$/.test(header)) return undefined;
  return [...header.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNIT_MS[unit!]!,
    0,
  );
}

function numberIn(header: string | string[] | undefined): number | undefined {
  return typeof header === "string" && /^\s*\d+(?:\.\d+)?\s*$/.test(header) ? Number(header) : undefined;
}

import { withoutSecret } from "../base/secret.ts";
import { askHttp, type HttpAnswer, HttpError, headerOf } from "../remote/ask-http.ts";
import { type ModelAnswer, answerIn, errorIn, excerpt } from "./model-answer.ts";
import { limitWaitMs, retryAfterMs, shouldRetry } from "./rate-limits.ts";
import { bodyOf, type LlmEndpoint, type LlmRequest, OPTIONAL_FIELDS, type OptionalField } from "./request.ts";

/** An endpoint and its model, and what is known about the server so far. */
export type Line = {
  endpoint: LlmEndpoint;
  /** Complete URL. */
  url: URL;
  timeoutMs: number;
  /** Fields that this server refused once, which are not sent again. */
  refused: Set<OptionalField>;
};

/** Result of one request. */
export type Attempt = Answered | Failed;

/** An answer, and the time that the rate limits require to wait before the next request. */
export type Answered = { kind: "answer"; answer: ModelAnswer; waitMs: number };

/**
 * No answer. `again`: another attempt may succeed; `astray`: the address is not such an endpoint, or no server
 * responds; `at-once`: retry without the rejected field; `never`: this request cannot be answered; `fatal`: no request
 * can be answered.
 */
export type Failed = {
  kind: "failed";
  reason: string;
  next: "again" | "astray" | "at-once" | "never" | "fatal";
  /** The request may have been billed. */
  isBilled: boolean;
  /** The server is overloaded. */
  isOverload: boolean;
  /** No answer came before the timeout. */
  isLate: boolean;
  waitMs?: number;
};

/** Statuses below 500 for which a retry may succeed, unless the server says otherwise. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** Statuses of an overloaded server. */
const OVERLOAD: ReadonlySet<number> = new Set([429, 503, 529]);

/** Statuses that every request would get: no key, no permission, no such model. */
const FATAL: ReadonlySet<number> = new Set([401, 402, 403, 404, 405]);

/** Codes of a 429 response for which waiting does not help: the credit is used up. */
const SPENT = /insufficient_quota|billing_hard_limit_reached/;

/**
 * Sends one request once. It never rejects: every error becomes an attempt with a reason. The text is sent only to the
 * given address: redirects are not followed.
 */
export async function askOnce(line: Line, request: LlmRequest): Promise<Attempt> {
  const { url, endpoint, timeoutMs, refused } = line;
  try {
    const http = await askHttp(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(endpoint.key === undefined ? {} : { authorization: `Bearer ${endpoint.key}` }),
      },
      body: JSON.stringify(bodyOf(endpoint, request, refused)),
      timeoutMs,
    });
    const text = withoutSecret(http.body.toString("utf8"), endpoint.key);
    if (http.status !== 200) return refusedWith(line, http, text);
    const answer = answerIn(text);
    if (typeof answer !== "string") {
      const tokens = (answer.input ?? 0) + (answer.output ?? 0);
      return { kind: "answer", answer, waitMs: limitWaitMs(http.headers, { tokens, nowMs: Date.now() }) };
    }
    return isPage(http, text)
      ? failed("the answer is a web page, not JSON", { next: "astray" })
      : failed(answer, { next: "again", isBilled: true });
  } catch (error) {
    return brokenBy(error, endpoint.key);
  }
}

function failed(reason: string, more: Partial<Failed> & Pick<Failed, "next">): Failed {
  return { kind: "failed", reason, isBilled: false, isOverload: false, isLate: false, ...more };
}

/** True for responses that a web site, proxy or sign-in page returns for any request. */
function isPage(answer: HttpAnswer, text: string): boolean {
  return (headerOf(answer, "content-type") ?? "").includes("text/html") || /^\s*<(?:!doctype|html|\?xml)/i.test(text);
}

/** Interprets a status other than 200. */
function refusedWith({ refused, endpoint }: Line, { status, headers }: HttpAnswer, text: string): Failed {
  const said = withoutSecret(excerpt(errorIn(text)), endpoint.key);
  const reason = `HTTP ${status}${said === "" ? "" : `: ${said}`}`;
  if (status === 400 || status === 422) {
    const field = OPTIONAL_FIELDS.find((name) => !refused.has(name) && text.includes(name));
    if (field === undefined) return failed(reason, { next: "never" });
    refused.add(field);
    return failed(reason, { next: "at-once" });
  }
  if (status >= 300 && status < 400) {
    return failed(`${reason} (a redirect, which is not followed)`, { next: "fatal" });
  }
  const advice = shouldRetry(headers);
  const isFatal = FATAL.has(status) || (status === 429 && SPENT.test(text));
  if (isFatal && advice !== true) return failed(reason, { next: "fatal" });
  if (!(advice ?? (PASSING.has(status) || status >= 500))) return failed(reason, { next: "never" });
  const nowMs = Date.now();
  const limitMs = status === 429 ? limitWaitMs(headers, { tokens: 1, nowMs }) || undefined : undefined;
  const waitMs = retryAfterMs(headers, nowMs) ?? limitMs;
  return failed(reason, {
    next: "again",
    isOverload: OVERLOAD.has(status),
    ...(waitMs === undefined ? {} : { waitMs }),
  });
}

function brokenBy(error: unknown, key: string | undefined): Failed {
  const problem = error instanceof HttpError ? error.problem : "broken";
  const reason = withoutSecret(excerpt(error instanceof Error ? error.message : String(error)), key);
  if (problem === "unsent") return failed(reason, { next: "astray" });
  const isLate = problem === "late";
  return failed(reason, { next: "again", isBilled: true, isOverload: isLate, isLate });
}

import { Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as TlsAgent, request as httpsRequest } from "node:https";

import { isSystemError } from "../base/failure.ts";
import type { RequestOutcome } from "../domain/loadtest-request.ts";
import { type Answer, emptyAnswer, errorWords, excerpt, faultOf, readEvent } from "./answer.ts";
import type { LoadClock } from "./clock.ts";
import { withoutSecret } from "../base/secret.ts";
import { eventReader } from "./sse-events.ts";

/** Endpoint, connections and timeout of requests. */
export type Line = {
  url: URL;
  headers: Readonly<Record<string, string>>;
  agent: Agent;
  timeoutMs: number;
  clock: LoadClock;
  /** Text that must not appear in a message, that is, the key. */
  secret: string | undefined;
};

/** Result of a request. Times are in milliseconds of the clock. */
export type Ended = {
  outcome: RequestOutcome;
  reason: string | null;
  status: number | null;
  retryAfterSec: number | null;
  reconnected: boolean;
  answer: Answer;
  sentMs: number;
  endMs: number;
};

/** A request in flight. */
export type InFlight = { done: Promise<Ended>; cancel: () => void };

/** Maximum number of characters read from the body of an error. */
const MAX_ERROR_BYTES = 16_384;

/** Time after `[DONE]` in which a server may end its response, so that the connection can be reused. */
const DONE_GRACE_MS = 200;

/**
 * Connections that stay open between requests, as many as there are concurrent requests: a client that waits for a free
 * one would measure its own queue. Node's `fetch` needs a fifth more CPU for this (0.60 of a core instead of 0.49, at
 * 200 requests and 12,800 chunks per second) and sends later (1.1 ms after due at p99 instead of 0.4).
 */
export function connections(url: URL): Agent {
  const options = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 4096, noDelay: true };
  return url.protocol === "https:" ? new TlsAgent(options) : new Agent(options);
}

/**
 * Sends a request now and reads its stream. It never rejects: every error is an outcome with a reason. A request is not
 * retried, except once on a fresh connection if an idle one was closed before any byte of a response.
 *
 * @param dueMs  time at which it was due, from which its timeout counts
 */
export function sendRequest(line: Line, body: Uint8Array, dueMs: number): InFlight {
  const { clock } = line;
  const ended: Ended = {
    outcome: "ok",
    reason: null,
    status: null,
    retryAfterSec: null,
    reconnected: false,
    answer: emptyAnswer(),
    sentMs: clock.monotonicMs(),
    endMs: Number.NaN,
  };
  let current: ClientRequest | undefined;
  let finish: Reading["finish"] = () => undefined;
  const done = new Promise<Ended>((resolve) => {
    const timer = setTimeout(
      () => finish("timed-out", `no complete answer within ${line.timeoutMs / 1000} s`),
      Math.max(1, dueMs + line.timeoutMs - ended.sentMs),
    );
    let isOver = false;
    finish = (outcome, reason, endMs = clock.monotonicMs()) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      ended.outcome = outcome;
      ended.reason = reason === undefined ? null : withoutSecret(reason, line.secret);
      const { finishReason } = ended.answer;
      ended.answer.finishReason = finishReason === null ? null : withoutSecret(finishReason, line.secret);
      ended.endMs = endMs;
      if (outcome !== "ok") current?.destroy();
      resolve(ended);
    };
    const attempt = (agent: Agent | false): void => {
      const send = line.url.protocol === "https:" ? httpsRequest : httpRequest;
      const headers = { ...line.headers, "content-length": String(body.byteLength) };
      const sent = send(line.url, { method: "POST", agent, headers });
      current = sent;
      sent.on("response", (response) => readResponse(response, ended, { clock, finish }));
      sent.on("error", (error) => {
        if (isOver) return;
        const isStale = sent.reusedSocket && ended.status === null && isSystemError(error, "ECONNRESET", "EPIPE");
        if (!isStale || ended.reconnected) return finish("failed", connectionWords(error, ended));
        ended.reconnected = true;
        attempt(false);
      });
      sent.end(body);
    };
    attempt(line.agent);
  });
  return { done, cancel: () => finish("cancelled", "cut off") };
}

type Reading = { clock: LoadClock; finish: (outcome: RequestOutcome, reason?: string, endMs?: number) => void };

function readResponse(response: IncomingMessage, ended: Ended, { clock, finish }: Reading): void {
  const { answer } = ended;
  ended.status = response.statusCode ?? null;
  response.on("error", (error) => finish("failed", connectionWords(error, ended)));
  response.on("close", () => finish("failed", "the connection closed in the middle of the answer"));
  const type = response.headers["content-type"] ?? "none";
  const encoding = response.headers["content-encoding"] ?? "identity";
  if (ended.status === 200 && encoding !== "identity") {
    finish("failed", `answered in the encoding ${excerpt(encoding)}, which was not asked for`);
    return;
  }
  if (ended.status !== 200 || !type.toLowerCase().startsWith("text/event-stream")) {
    ended.retryAfterSec = waitSec(response.headers["retry-after"], clock.date());
    readText(response, (text) => finish("failed", refusalWords(ended.status, { type, text })));
    return;
  }
  let atMs = 0;
  let isLeft = false;
  const settle = (endMs: number): void => {
    const fault = faultOf(answer);
    finish(fault === undefined ? "ok" : "failed", fault, endMs);
  };
  const events = eventReader((data) => readEvent(answer, data, atMs));
  response.on("data", (bytes: Uint8Array) => {
    atMs = clock.monotonicMs();
    try {
      events.push(bytes);
    } catch (error) {
      finish("failed", error instanceof Error ? error.message : String(error));
    }
    if (!answer.isDone || isLeft) return;
    isLeft = true;
    const doneMs = atMs;
    leaveIfOpen(response, () => settle(doneMs));
  });
  response.on("end", () => {
    atMs = clock.monotonicMs();
    events.end();
    settle(atMs);
  });
}

/**
 * A server that sends `[DONE]` but keeps the response open has answered: the connection is closed, and the request
 * succeeded.
 */
function leaveIfOpen(response: IncomingMessage, onLeft: () => void): void {
  const timer = setTimeout(() => {
    onLeft();
    response.destroy();
  }, DONE_GRACE_MS);
  response.once("end", () => clearTimeout(timer)).once("close", () => clearTimeout(timer));
}

/** Reads the start of a body that is not a stream. */
function readText(response: IncomingMessage, onText: (text: string) => void): void {
  const parts: Uint8Array[] = [];
  let size = 0;
  const finish = (): void => onText(Buffer.concat(parts).toString("utf8"));
  response.on("data", (bytes: Uint8Array) => {
    parts.push(bytes);
    size += bytes.length;
    if (size > MAX_ERROR_BYTES) finish();
  });
  response.on("end", finish);
}

function refusalWords(status: number | null, { type, text }: { type: string; text: string }): string {
  const message = errorMessage(text);
  if (status === 200) return `answered without a stream (${excerpt(type)})${message === "" ? "" : `: ${message}`}`;
  const isRedirect = status !== null && status >= 300 && status < 400;
  return `HTTP ${status}${isRedirect ? ": redirects are not followed" : message === "" ? "" : `: ${message}`}`;
}

function errorMessage(text: string): string {
  try {
    const body = JSON.parse(text) as unknown;
    const error = body !== null && typeof body === "object" && "error" in body ? body.error : body;
    return errorWords(error);
  } catch {
    return excerpt(text);
  }
}

function connectionWords(error: Error, { status, answer }: Ended): string {
  if (isSystemError(error, "EMFILE", "ENFILE")) return "this machine has too many open files: raise ulimit -n";
  if (isSystemError(error, "EADDRNOTAVAIL")) return "this machine has no more ports for connections";
  if (status !== null) return `the connection broke after ${answer.chunks} chunks with content`;
  if (isSystemError(error, "ECONNREFUSED")) return "connection refused";
  if (isSystemError(error, "ENOTFOUND", "EAI_AGAIN")) return "unknown host name";
  if (isSystemError(error, "ECONNRESET")) return "the connection closed before an answer";
  return excerpt(error.message);
}

/** Seconds in a Retry-After header, which is a number or a date. */
function waitSec(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header);
  const index = Date.parse(header);
  return Number.isNaN(index) ? null : Math.max(0, Math.round((index - now.getTime()) / 1000));
}

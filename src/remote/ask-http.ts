import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Readable } from "node:stream";

import { Failure } from "../base/failure.ts";

/** A request with its limits. */
export type HttpRequest = {
  method?: "GET" | "PUT" | "POST" | "DELETE";
  headers?: Readonly<Record<string, string>>;
  /** Text or bytes; a stream is sent in chunks while it is read. */
  body?: string | Uint8Array | Readable;
  /** Timeout in milliseconds, from the start to the last byte of the response. */
  timeoutMs: number;
  /** Maximum size of the response in bytes. Default: 4 MB. */
  mostBytes?: number;
  /** Connections to use; default: those of the process. */
  agent?: Agent;
  signal?: AbortSignal;
};

/** A complete response with any status. */
export type HttpAnswer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/**
 * Reason why there is no complete response: `unsent`, no connection was made; `late`, timeout; `long`, size limit;
 * `aborted` by the caller; `broken`, the connection was closed early.
 */
export type HttpProblem = "unsent" | "late" | "long" | "aborted" | "broken";

/** A request without a complete response. */
export class HttpError extends Error {
  readonly problem: HttpProblem;

  constructor(problem: HttpProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HttpError";
    this.problem = problem;
  }
}

const MOST_BYTES = 4_000_000;

/** Codes of connection errors that occur before anything is sent. */
const UNSENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];

/**
 * Sends one request and reads the complete response, within limits of time and size. It is sent only to the given
 * address: a redirect is returned like any other response. `fetch` is not used because it sends a browser header
 * (sec-fetch-mode), for which Ray rejects every POST.
 *
 * @throws HttpError without a complete answer; Failure bad_input for an address that is not http or https
 */
export function askHttp(url: URL, request: HttpRequest): Promise<HttpAnswer> {
  const { method = "GET", headers = {}, body, timeoutMs, mostBytes = MOST_BYTES, agent, signal } = request;
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new Failure("bad_input", `${url.protocol}//${url.host} is not an http address`, {
      hint: "write an address that starts with http:// or https://",
    });
  }
  if (signal?.aborted === true) return Promise.reject(new HttpError("aborted", "aborted before it was sent"));
  const start = url.protocol === "https:" ? requestHttps : requestHttp;
  const length =
    body === undefined || body instanceof Readable ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const call = start(url, { method, headers: { ...headers, ...length }, agent });
    const end = (error: HttpError): void => {
      reject(error);
      call.destroy();
    };
    const onAbort = (): void => end(new HttpError("aborted", "aborted"));
    const timer = setTimeout(() => end(new HttpError("late", `no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    call
      .on("error", (error) => reject(problemOf(error)))
      .on("close", () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      })
      .on("response", (response) => readAnswer(response, mostBytes).then(resolve, end));
    if (!(body instanceof Readable)) call.end(body);
    else {
      body.on("error", (error) => end(problemOf(error)));
      call.on("close", () => body.destroy());
      body.pipe(call);
    }
  });
}

/** A response whose bytes are read on demand. */
export type HttpDownload = { status: number; content: AsyncIterable<Uint8Array> };

/**
 * Requests a file of any size. It ends with an error if nothing arrives for a time, not after a total time.
 *
 * @param silenceMs maximum time without a byte, milliseconds
 * @throws HttpError if there is no response; while the content is read, if it ends early
 */
export function downloadHttp(
  url: URL,
  {
    headers = {},
    silenceMs,
    signal,
  }: { headers?: Readonly<Record<string, string>>; silenceMs: number; signal?: AbortSignal },
): Promise<HttpDownload> {
  const start = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const call = start(url, { headers, signal });
    let late: HttpError | undefined;
    call
      .setTimeout(silenceMs, () => {
        late = new HttpError("late", `nothing arrived for ${silenceMs / 1000} s`);
        call.destroy(late);
      })
      .on("error", (error) => reject(late ?? problemOf(error)))
      .on("response", (response) => {
        const content = partsOf(response, (error) => late ?? problemOf(error));
        resolve({ status: response.statusCode ?? 0, content });
      })
      .end();
  });
}

async function* partsOf(response: IncomingMessage, asHttpError: (error: unknown) => HttpError): AsyncIterable<Buffer> {
  try {
    for await (const part of response as AsyncIterable<Buffer>) yield part;
  } catch (error) {
    throw asHttpError(error);
  }
}

/** Value of a header that is sent once; undefined if it is absent. */
export function headerOf({ headers }: Pick<HttpAnswer, "headers">, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function readAnswer(response: IncomingMessage, mostBytes: number): Promise<HttpAnswer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > mostBytes) throw new HttpError("long", `an answer of more than ${mostBytes} bytes`);
      parts.push(part);
    }
  } catch (error) {
    throw error instanceof HttpError ? error : problemOf(error);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) };
}

function problemOf(error: unknown): HttpError {
  const message = error instanceof Error && error.message !== "" ? error.message : codeOf(error);
  return new HttpError(UNSENT.includes(codeOf(error)) ? "unsent" : "broken", message, { cause: error });
}

/** Code of a system error; if several addresses were tried, that of the first one. */
function codeOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && "code" in first ? String(first.code) : "no answer";
}

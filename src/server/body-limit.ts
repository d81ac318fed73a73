import type { IncomingMessage } from "node:http";

import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";

import { Failure } from "../base/failure.ts";
import { errorResponse } from "./error-response.ts";

/** Maximum size of a JSON body, bytes: above MLflow's 16 MB for the profile of a dataset. */
const MAX_BYTES = 32 * 2 ** 20;

/** Rejects bodies that are too large to be read into memory with status 413, and reads JSON ahead of its route. */
export function limitBody(): MiddlewareHandler {
  const limitStream = bodyLimit({ maxSize: MAX_BYTES, onError: tooLarge });
  return async (c, next) => {
    const incoming = incomingJson(c);
    if (incoming === undefined) return limitStream(c, next);
    if (Number(incoming.headers["content-length"] ?? 0) > MAX_BYTES) return tooLarge(c);
    const body = await readAll(incoming);
    if (body === undefined) return tooLarge(c);
    keepBody(c, body);
    return next();
  };
}

/** A body as text, for routes without the limit of `limitBody`. @throws HTTPException 413 */
export async function limitedText(c: Context): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new HTTPException(413, { res: tooLarge(c) });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Whether a body was read to its end without the stream of the request. */
export function isReadAhead(c: Context): boolean {
  return c.req.bodyCache.arrayBuffer !== undefined && incomingOf(c)?.readableEnded === true;
}

/** True if the sender went away before its request was complete. */
export function hasGone(c: Context): boolean {
  const incoming = incomingOf(c);
  return incoming?.destroyed === true && !incoming.complete;
}

/** Error for a request whose sender went away. */
export function goneFailure(): Failure {
  return new Failure("bad_input", "the request ended before its body was complete", { hint: "send it again" });
}

/** A request with JSON in its body; undefined for others, and if a route has read it. */
function incomingJson(c: Context): IncomingMessage | undefined {
  const incoming = incomingOf(c);
  if (incoming === undefined || c.req.method === "GET" || c.req.method === "HEAD") return undefined;
  const { "content-type": type, "content-encoding": encoding } = incoming.headers;
  if (encoding !== undefined || !/^application\/json\s*(;|$)/i.test(type ?? "")) return undefined;
  return c.req.bodyCache.text === undefined ? incoming : undefined;
}

/** The request as Node received it; undefined for one that came through no socket. */
export function incomingOf(c: Context): IncomingMessage | undefined {
  return (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
}

/**
 * The bytes of a request, or undefined if they are too many. Reading them as a web stream takes a third of the
 * processor time of logging one metric.
 */
function readAll(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (): void => {
      incoming.off("data", add).off("end", finish).off("error", lose).off("close", lose);
    };
    const add = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= MAX_BYTES) return;
      end();
      incoming.pause(); // the remainder is discarded after the answer
      resolve(undefined);
    };
    const finish = (): void => {
      end();
      resolve(Buffer.concat(chunks));
    };
    const lose = (): void => {
      end();
      reject(goneFailure());
    };
    if (incoming.destroyed) lose(); // the client went while its account was looked up, so that no event comes
    else incoming.on("data", add).on("end", finish).on("error", lose).on("close", lose);
  });
}

const UTF8 = new TextDecoder();

/** Keeps a body where Hono keeps what a route has read. */
function keepBody(c: Context, body: Buffer<ArrayBuffer>): void {
  const isWhole = body.byteLength === body.buffer.byteLength;
  const bytes = isWhole ? body.buffer : body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength);
  const kept = { text: Promise.resolve(UTF8.decode(body)), arrayBuffer: Promise.resolve(bytes) };
  Object.assign(c.req.bodyCache, kept); // Hono's type names the values, but it keeps promises of them
}

function tooLarge(c: Context): Response {
  const failure = new Failure("bad_input", `the body is larger than ${MAX_BYTES} bytes`, { hint: "send it in parts" });
  const { body, headers } = errorResponse(failure, c.req.path);
  return new Response(body, { status: 413, headers });
}

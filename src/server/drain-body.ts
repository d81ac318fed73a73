import type { MiddlewareHandler } from "hono";

import { isReadAhead } from "./body-limit.ts";

/** Largest body that is read and discarded, bytes. */
const MAX_BYTES = 256 * 2 ** 20;

/** Longest time for that, ms. */
const MAX_MS = 30_000;

/**
 * Reads the remainder of a rejected request, without keeping it. A client that gets a response while it is sending
 * treats the connection as broken, and reports that instead of the reason.
 */
export function drainRefused(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (c.res.status < 400) return;
    const bytes = Number(c.req.header("content-length") ?? 0);
    if (bytes === 0 || bytes > MAX_BYTES || isReadAhead(c) || c.req.raw.body?.locked) return;
    await discard(c.req.raw.body).catch(() => undefined); // the client has gone, or is too slow
  };
}

/** Parts of a body. A reader that stops early leaves the remainder, so that `drainRefused` can read it. */
export async function* bodyParts(body: ReadableStream<Uint8Array> | null): AsyncIterable<Uint8Array> {
  const reader = body?.getReader();
  try {
    for (;;) {
      const part = await reader?.read();
      if (part?.value === undefined) return;
      yield part.value;
    }
  } finally {
    reader?.releaseLock();
  }
}

async function discard(body: ReadableStream<Uint8Array> | null): Promise<void> {
  await body?.pipeTo(new WritableStream(), { signal: AbortSignal.timeout(MAX_MS) });
}

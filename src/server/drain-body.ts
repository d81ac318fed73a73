import type { MiddlewareHandler } from "hono";

/** Largest body that is read and discarded, bytes. */
const MAX_BYTES = 4 * 2 ** 20;

/**
 * Reads the remainder of a rejected request. A client that gets a response while it is sending treats the connection as
 * broken, and reports that instead of the reason.
 */
export function drainRefused(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    const bytes = Number(c.req.header("content-length") ?? 0);
    if (c.res.status < 400 || bytes === 0 || bytes > MAX_BYTES || c.req.raw.bodyUsed) return;
    await c.req.raw.arrayBuffer().catch(() => undefined); // the client has gone
  };
}

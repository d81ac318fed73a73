import type { MiddlewareHandler } from "hono";

/** Largest body that is read only to be thrown away, bytes. */
const MAX_BYTES = 4 * 2 ** 20;

/**
 * Reads what a request that was refused still sends. A client that is answered while it sends takes its connection for
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

import type { IncomingMessage } from "node:http";

import type { MiddlewareHandler } from "hono";

import { incomingOf } from "./body-limit.ts";

/** Times for a body, ms. */
export type BodyTimes = {
  /** For a whole body, a file excepted. */
  wholeMs: number;
  /** For the next byte of a file: a large one takes as long as its network needs. */
  silenceMs: number;
  /** Between two looks. */
  everyMs: number;
  /** Time that only goes on. */
  now: () => number;
};

const TIMES: BodyTimes = { wholeMs: 300_000, silenceMs: 60_000, everyMs: 15_000, now: () => performance.now() };

type OpenBody = { incoming: IncomingMessage; isFile: boolean; sinceMs: number; bytes: number };

/** Answer to a body that is too slow; MLflow's client tries again after it. */
const TOO_SLOW = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/**
 * Ends requests whose body comes too slowly, so that a client cannot keep a connection for ever. Node has one limit for
 * all requests, and it would cut off the upload of a large file.
 *
 * @param isFile whether the body of a request to a path is a file
 */
export function endSlowBodies(isFile: (path: string) => boolean, times: BodyTimes = TIMES): MiddlewareHandler {
  const open = new Set<OpenBody>();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const nowMs = times.now();
    for (const body of open) if (isTooSlow(body, { nowMs, times })) end(body.incoming);
    if (open.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return async (c, next) => {
    const incoming = incomingOf(c);
    if (incoming === undefined || c.req.method === "GET" || c.req.method === "HEAD") return next();
    const body = { incoming, isFile: isFile(c.req.path), sinceMs: times.now(), bytes: -1 };
    open.add(body);
    timer ??= setInterval(look, times.everyMs).unref();
    try {
      await next();
    } finally {
      open.delete(body);
    }
  };
}

/** Whether a body is too slow; notes how far a file has come. */
function isTooSlow(body: OpenBody, { nowMs, times }: { nowMs: number; times: BodyTimes }): boolean {
  const { incoming, isFile } = body;
  if (incoming.complete || incoming.destroyed) return false;
  if (!isFile) return nowMs - body.sinceMs >= times.wholeMs;
  const { bytesRead } = incoming.socket;
  if (bytesRead !== body.bytes) Object.assign(body, { bytes: bytesRead, sinceMs: nowMs });
  return nowMs - body.sinceMs >= times.silenceMs;
}

function end(incoming: IncomingMessage): void {
  incoming.socket.end(TOO_SLOW, () => incoming.destroy());
}

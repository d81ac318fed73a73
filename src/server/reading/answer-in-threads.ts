import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";

import type { ReadThreads } from "./read-threads.ts";
import { isForThread } from "./thread-routes.ts";

/** Passes requests that read a lot of data to threads, and answers the others here. */
export function answerInThreads(threads: ReadThreads): MiddlewareHandler {
  return async (c, next) => {
    const route = matchedRoutes(c).find(({ method }) => method !== "ALL");
    if (route === undefined || !isForThread(route.method, route.path)) return next();
    const { url, method } = c.req;
    const type = c.req.header("content-type");
    const answer = await threads.ask({
      url,
      method,
      headers: type === undefined ? {} : { "content-type": type },
      body: method === "GET" ? null : await c.req.arrayBuffer(),
      caller: c.get("caller"),
    });
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };
}

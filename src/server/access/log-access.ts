import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";

import { maskedLine } from "../masked-line.ts";
import { addressOf, type Caller } from "./access.ts";
import type { AccessLog } from "./access-log.ts";
import { abilityFor } from "./route-access.ts";

/** Longest path and id in a line, characters. */
const LONGEST = 200;

/** Fields of requests that name what they are about. Users of traffic are not among them. */
const NAMES = [
  "run_id",
  "run_uuid",
  "runId",
  "experiment_id",
  "model_id",
  "trace_id",
  "programme",
  "name",
  "version",
  "path",
];

/** The start of a body in which such fields are looked for, characters. */
const BODY_START = 2000;

const IN_BODY = new RegExp(`"(${NAMES.join("|")})"\\s*:\\s*"([^"\\\\]{1,${LONGEST}})"`, "g");

/** Logs each request to a route of the APIs, answered or refused; pages and public information are not logged. */
export function logAccess(log: AccessLog): MiddlewareHandler {
  return async (c, next) => {
    try {
      await next();
    } finally {
      const route = matchedRoutes(c).find(({ method }) => method !== "ALL");
      if (route !== undefined && !(c.req.method === "GET" && abilityFor(route.method, route.path) === "public")) {
        const caller = c.get("caller") as Caller | undefined;
        log.add({
          by: caller?.name ?? null,
          role: (caller?.name ?? null) === null ? null : (caller?.role ?? null),
          address: addressOf(c),
          method: c.req.method,
          path: maskedLine(c.req.path).slice(0, LONGEST),
          of: await namedIn(c),
          status: c.res.status,
        });
      }
    }
  };
}

/** Ids and names in a request, by its query and by the start of its body if a route has read it. */
async function namedIn(c: Context): Promise<Record<string, string>> {
  const named: Record<string, string> = {};
  if (c.req.url.includes("?")) {
    for (const name of NAMES) {
      const value = c.req.query(name);
      if (value !== undefined) named[name] = maskedLine(value).slice(0, LONGEST);
    }
  }
  const { text } = c.req.bodyCache;
  const body = text === undefined ? "" : await Promise.resolve(text).catch(() => "");
  for (const [, name, value] of body.slice(0, BODY_START).matchAll(IN_BODY)) named[name!] ??= maskedLine(value!);
  return named;
}

import type { MiddlewareHandler } from "hono";

import { jsonResponse } from "./mlflow/mlflow-api.ts";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Rejects requests that a page of another site may have caused: an unknown Host (DNS rebinding), or a change from a
 * page of another origin.
 *
 * @param hosts names in addition to those of this machine
 */
export function guardOrigin(hosts: readonly string[]): MiddlewareHandler {
  const allowed = new Set([...LOOPBACK, ...hosts]);
  const nameOf = (host: string): string => host.toLowerCase().replace(/:\d+$/, "");
  return async (c, next) => {
    const host = c.req.header("host");
    if (host === undefined || !allowed.has(nameOf(host))) {
      return new Response(refusedHost(host), { status: 403 });
    }
    const origin = c.req.header("origin");
    const isChange = c.req.method !== "GET" && c.req.method !== "HEAD";
    if (origin !== undefined && isChange && (!URL.canParse(origin) || new URL(origin).host !== host)) {
      const message = "a page of another origin may not change anything here";
      const hint = "a proxy in front of the server must pass the Host header on";
      return jsonResponse(
        { error_code: "PERMISSION_DENIED", message, error: { kind: "bad_input", message, hint } },
        403,
      );
    }
    return next();
  };
}

/** MLflow's words, and what admits a host, if it is a plain name. */
function refusedHost(host: string | undefined): string {
  const words = "Invalid Host header - possible DNS rebinding attack detected";
  const name = /^([\w.-]{1,253})(:\d+)?$/.exec(host ?? "")?.[1];
  return name === undefined ? words : `${words}. If this is a name of the server, start it with --allow-host ${name}`;
}

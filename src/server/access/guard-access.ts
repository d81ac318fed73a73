import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";

import type { AccountRef } from "../../accounts/tokens.ts";
import type { Access, Caller } from "./access.ts";
import { AccessFailure } from "./access-failure.ts";
import { type Ability, may, rolesFor } from "./roles.ts";
import { abilityFor } from "./route-access.ts";
import { mustBeOfRun } from "./run-access.ts";

/** Admits a request if its sender may call its route. */
export function guardAccess(access: Access): MiddlewareHandler {
  return async (c, next) => {
    const route = matchedRoutes(c).find(({ method }) => method !== "ALL");
    if (route === undefined) return next(); // not found, whoever asks
    const needs = abilityFor(route.method, route.path);
    if (needs === "public") return (await leadsToLabels(c, access, route.path)) ? c.redirect("/label", 302) : next();
    const caller = await access.callerOf(c);
    if (caller === undefined) {
      throw new AccessFailure(401, "this requires an account", {
        hint: "send its token as Authorization: Bearer TOKEN; commands read TUNEWRIGHT_TOKEN, trainers MLFLOW_TRACKING_TOKEN",
        headers: isBrowser(c) ? {} : { "www-authenticate": 'Basic realm="Tunewright", charset="UTF-8"' },
      });
    }
    c.set("caller", caller); // also for the access log, if it is refused
    if (caller.runId === undefined) mustHave(caller, needs);
    else await mustBeOfRun(c, `${route.method} ${route.path.replace(/^\/ajax-api\//, "/api/")}`, caller.runId);
    return next();
  };
}

function mustHave(caller: Caller, needs: Ability): void {
  if (may(caller.role, needs)) return;
  throw new AccessFailure(403, `the role of ${caller.name ?? "nobody"}, ${caller.role}, does not allow this`, {
    hint: `it requires the role ${rolesFor(needs)}`,
  });
}

/** Rejects senders who may not read prompts, answers and rows. @throws AccessFailure 403 */
export function mustReadContent(c: Context): void {
  mustHave(c.get("caller") as Caller, "content");
}

/** Whether a page sends the request; its browser would open a dialog for a challenge. */
function isBrowser(c: Context): boolean {
  return c.req.header("sec-fetch-mode") !== undefined;
}

/** Whether an annotator requests a page: they have only one. */
async function leadsToLabels(c: Context, access: Access, route: string): Promise<boolean> {
  const { path } = c.req;
  if (route !== "/*" || path === "/label" || path.startsWith("/assets/")) return false;
  if (!(c.req.header("accept") ?? "").includes("text/html")) return false;
  return (await access.callerOf(c).catch(() => undefined))?.role === "annotator";
}

/** The account of the sender. @throws AccessFailure 401 if no account was required and none was sent */
export function mustHaveAccount(c: Context): AccountRef {
  const { account } = c.get("caller") as Caller;
  if (account !== undefined) return account;
  throw new AccessFailure(401, "not signed in", { hint: "open the link of your invitation" });
}

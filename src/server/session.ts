import type { Context, MiddlewareHandler } from "hono";
import { generateCookie, getCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";

import type { Account } from "../label/accounts.ts";
import { signedIn } from "../programme/labels/work-on-task.ts";
import type { ServerContext } from "./context.ts";
import { jsonResponse } from "./mlflow/mlflow-api.ts";
import { REST_PREFIX } from "./rest-api.ts";

const COOKIE = "tunewright_session";

/** How long the browser keeps a session, seconds: as long as the server does. */
const MAX_AGE_SEC = 90 * 86_400;

/** What an annotator may call: the routes of the page Label. */
const OWN_ROUTES = `${REST_PREFIX}/label/`;

/** Gives the browser the token of a session. No script can read it, and no other site can send it. */
export function startSession(c: Context, token: string): void {
  const isSecure = new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https";
  // Written to the response itself: the answer of a route is a Response of its own, which takes over these headers.
  c.res.headers.append(
    "set-cookie",
    generateCookie(COOKIE, token, {
      httpOnly: true,
      sameSite: "Strict",
      path: "/",
      maxAge: MAX_AGE_SEC,
      secure: isSecure,
    }),
  );
}

/** Who is signed in; undefined for nobody. */
export async function accountOfRequest(c: Context, { store, now }: ServerContext): Promise<Account | undefined> {
  const token = getCookie(c, COOKIE);
  return token === undefined ? undefined : signedIn(store, token, now().getTime());
}

/** Who is signed in. @throws Response 401 for nobody */
export async function mustBeSignedIn(c: Context, context: ServerContext): Promise<Account> {
  const account = await accountOfRequest(c, context);
  if (account !== undefined) return account;
  throw new HTTPException(401, { res: refusal(401, "nobody is signed in", "open the link of your invitation") });
}

/** Keeps annotators on their page: any other route refuses them, and any other page leads there. */
export function guardAnnotators(context: ServerContext): MiddlewareHandler {
  return async (c, next) => {
    const { path } = c.req;
    if (path.startsWith(OWN_ROUTES) || path === "/label" || path.startsWith("/assets/")) return next();
    if (getCookie(c, COOKIE) === undefined || (await accountOfRequest(c, context)) === undefined) return next();
    const isPage = c.req.method === "GET" && (c.req.header("accept") ?? "").includes("text/html");
    if (isPage) return c.redirect("/label", 302);
    return refusal(403, "this account labels, and may do nothing else here", null);
  };
}

function refusal(status: 401 | 403, message: string, hint: string | null): Response {
  return jsonResponse({ error: { kind: "bad_input", message, hint } }, status);
}

import type { Context } from "hono";
import { generateCookie } from "hono/cookie";

import { SESSION_MS } from "../../accounts/accounts.ts";
import { SESSION_COOKIE } from "./access.ts";

/**
 * Sends the token of a session to the browser; an empty one ends the session. Scripts cannot read it, and other sites
 * cannot send it.
 */
export function setSessionCookie(c: Context, token: string): void {
  const isSecure = new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https";
  // Written to the response itself: the answer of a route is a Response of its own, which takes over these headers.
  c.res.headers.append(
    "set-cookie",
    generateCookie(SESSION_COOKIE, token, {
      httpOnly: true,
      sameSite: "Strict",
      path: "/",
      maxAge: token === "" ? 0 : SESSION_MS / 1000,
      secure: isSecure,
    }),
  );
}

import type { Context } from "hono";
import { generateCookie } from "hono/cookie";

import { SESSION_COOKIE } from "./access.ts";

/** How long the browser keeps a session, seconds: as long as the server does. */
const MAX_AGE_SEC = 90 * 86_400;

/** Gives the browser the token of a session; an empty one ends it. No script can read it, no other site can send it. */
export function setSessionCookie(c: Context, token: string): void {
  const isSecure = new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https";
  // Written to the response itself: the answer of a route is a Response of its own, which takes over these headers.
  c.res.headers.append(
    "set-cookie",
    generateCookie(SESSION_COOKIE, token, {
      httpOnly: true,
      sameSite: "Strict",
      path: "/",
      maxAge: token === "" ? 0 : MAX_AGE_SEC,
      secure: isSecure,
    }),
  );
}

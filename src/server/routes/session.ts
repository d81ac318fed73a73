import type { Context } from "hono";
import * as z from "zod";

import { SignedIn } from "../../domain/account.ts";
import { signInByToken, signOut } from "../../programme/accounts/sign-in.ts";
import type { Caller } from "../access/access.ts";
import { setSessionCookie } from "../access/session-cookie.ts";
import type { RestApi } from "../rest-api.ts";

const Nothing = z.strictObject({});

/** Sessions of browsers: who is signed in, signing in by a token, signing out. */
export function addSessionRoutes(api: RestApi): void {
  const { store, now, access } = api.context;
  const shown = async (caller: Caller | undefined): Promise<SignedIn> => ({
    name: caller?.name ?? null,
    role: caller?.role ?? null,
    needsAccount: await access.needsAccount(),
  });
  api.add("get /session", {
    summary: "Show the account that is signed in",
    request: Nothing,
    response: SignedIn,
    answer: async (_request, c) => shown(await access.callerOf(c)),
  });
  api.add("post /session", {
    summary: "Sign in with the token of an account and start a session with a cookie",
    request: z.strictObject({ token: z.string().min(1).max(200).describe("Token of the account") }),
    response: SignedIn,
    answer: async ({ token }, c: Context) => {
      const caller = await access.callerOfToken(c, { token });
      const started = await signInByToken(store, token, now().getTime());
      if (started !== undefined) setSessionCookie(c, started.session);
      return shown(caller);
    },
  });
  api.add("post /session/end", {
    summary: "Sign out and end the sessions of this account",
    request: Nothing,
    response: SignedIn,
    answer: async (_request, c) => {
      const caller = await access.callerOf(c);
      if (caller?.account !== undefined) await signOut(store, caller.account, now().getTime());
      setSessionCookie(c, "");
      return { name: null, role: null, needsAccount: await access.needsAccount() };
    },
  });
}

import { startSession } from "../../accounts/accounts.ts";
import { type AccountRef, endTokens, hasLiveTokens, hasTokens, liveToken } from "../../accounts/tokens.ts";
import type { Store } from "../../store/open-store.ts";

/** The account of a token for programs; undefined if the token is invalid. */
export function accountOfToken({ db }: Store, token: string, nowMs: number): Promise<AccountRef | undefined> {
  return liveToken(db, token, { purpose: "token", nowMs });
}

/** The account of a session; undefined if the session has ended. */
export function accountOfSession({ db }: Store, token: string, nowMs: number): Promise<AccountRef | undefined> {
  return liveToken(db, token, { purpose: "session", nowMs });
}

/** Starts a session for the account of a token. @returns undefined if the token is invalid */
export function signInByToken(
  store: Store,
  token: string,
  nowMs: number,
): Promise<{ session: string; account: AccountRef } | undefined> {
  return store.write(async (db) => {
    const account = await liveToken(db, token, { purpose: "token", nowMs });
    return account === undefined ? undefined : { session: await startSession(db, account, nowMs), account };
  });
}

/** Ends the sessions of an account. */
export async function signOut(store: Store, { accountNo }: AccountRef, nowMs: number): Promise<void> {
  await store.write((db) => endTokens(db, accountNo, { purposes: ["session"], nowMs }));
}

/** Whether a token was ever created; from then on, a server answers only requests with an account. */
export function needsAccounts({ db }: Store): Promise<boolean> {
  return hasTokens(db);
}

/** Whether anybody can sign in now. */
export function canSignIn({ db }: Store, nowMs: number): Promise<boolean> {
  return hasLiveTokens(db, nowMs);
}

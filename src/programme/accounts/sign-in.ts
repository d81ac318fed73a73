import { startSession } from "../../accounts/accounts.ts";
import { type AccountRef, endTokens, hasLiveTokens, hasTokens, liveToken } from "../../accounts/tokens.ts";
import type { Store } from "../../store/open-store.ts";

/** Who a token for programs belongs to; undefined where it does not work. */
export function accountOfToken({ db }: Store, token: string, nowMs: number): Promise<AccountRef | undefined> {
  return liveToken(db, token, { purpose: "token", nowMs });
}

/** Who a session belongs to; undefined where it has ended. */
export function accountOfSession({ db }: Store, token: string, nowMs: number): Promise<AccountRef | undefined> {
  return liveToken(db, token, { purpose: "session", nowMs });
}

/** Starts a session of the account that a token belongs to. @returns undefined where the token does not work */
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

/** Whether a token was ever made: from then on a server answers accounts only. */
export function needsAccounts({ db }: Store): Promise<boolean> {
  return hasTokens(db);
}

/** Whether somebody can sign in now. */
export function canSignIn({ db }: Store, nowMs: number): Promise<boolean> {
  return hasLiveTokens(db, nowMs);
}

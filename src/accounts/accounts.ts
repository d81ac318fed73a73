import { Failure } from "../base/failure.ts";
import { sha256 } from "../base/hash.ts";
import { type Account, Role } from "../domain/account.ts";
import type { Db } from "../store/database.ts";
import { type AccountRef, addToken, endTokens, liveToken } from "./tokens.ts";

/** Lifetime of an invitation link, ms: two weeks. */
const INVITATION_MS = 14 * 86_400_000;

/** Lifetime of a session and of its cookie, ms: ninety days. */
export const SESSION_MS = 90 * 86_400_000;

/** The account with a name; an annotator's is created if it does not exist. */
export async function accountOf(db: Db, name: string, nowMs: number): Promise<AccountRef> {
  return (await accountNamed(db, name)) ?? addAccount(db, { name, role: "annotator", nowMs });
}

/** The account with a name. */
export async function accountNamed(db: Db, name: string): Promise<AccountRef | undefined> {
  const row = await db.selectFrom("accounts").selectAll().where("name", "=", name).executeTakeFirst();
  return row === undefined ? undefined : { accountNo: row.account_no, name, role: Role.parse(row.role) };
}

/** Creates an account. The caller has checked that the name is free. */
export async function addAccount(
  db: Db,
  { name, role, nowMs }: { name: string; role: Role; nowMs: number },
): Promise<AccountRef> {
  const { account_no: accountNo } = await db
    .insertInto("accounts")
    .values({ name, role, created_ms: nowMs })
    .returning("account_no")
    .executeTakeFirstOrThrow();
  return { accountNo, name, role };
}

/** Creates a link for an account; earlier ones stop working. The token is returned once and stored as its hash. */
export async function invite(
  db: Db,
  { accountNo }: AccountRef,
  nowMs: number,
): Promise<{ token: string; expiresMs: number }> {
  await endTokens(db, accountNo, { purposes: ["invitation"], nowMs });
  return addToken(db, accountNo, { purpose: "invitation", nowMs, expiresMs: nowMs + INVITATION_MS });
}

/**
 * Accepts an invitation: it works only once, and starts a session.
 *
 * @throws Failure bad_input if it is invalid, used or expired
 */
export async function takeUp(db: Db, token: string, nowMs: number): Promise<{ token: string; account: AccountRef }> {
  const account = await liveToken(db, token, { purpose: "invitation", nowMs });
  const { numUpdatedRows } = await db
    .updateTable("account_tokens")
    .set({ used_ms: nowMs })
    .where("token_sha256", "=", sha256(token))
    .where("purpose", "=", "invitation")
    .where("used_ms", "is", null)
    .executeTakeFirst();
  if (account === undefined || numUpdatedRows === 0n) {
    throw new Failure("bad_input", "this invitation is invalid or has already been used", {
      hint: "each link works once: ask for a new one",
    });
  }
  return { token: await startSession(db, account, nowMs), account };
}

/** Starts a session of an account. @returns its token */
export async function startSession(db: Db, { accountNo }: AccountRef, nowMs: number): Promise<string> {
  return (await addToken(db, accountNo, { purpose: "session", nowMs, expiresMs: nowMs + SESSION_MS })).token;
}

/** All accounts with their tokens and sessions, by name. */
export async function listAccounts(db: Db, nowMs: number): Promise<Account[]> {
  const accounts = await db.selectFrom("accounts").selectAll().orderBy("name").execute();
  const tokens = await db
    .selectFrom("account_tokens")
    .select(["account_no", "purpose", "expires_ms"])
    .where("used_ms", "is", null)
    .where("expires_ms", ">=", nowMs)
    .orderBy("expires_ms")
    .execute();
  return accounts.map(({ account_no, name, role, created_ms }) => {
    const own = tokens.filter((token) => token.account_no === account_no);
    const untilMs = own.findLast(({ purpose }) => purpose === "token")?.expires_ms;
    return {
      name,
      role: Role.parse(role),
      createdAt: new Date(created_ms).toISOString(),
      tokenUntil: untilMs === undefined ? null : new Date(untilMs).toISOString(),
      sessions: own.filter(({ purpose }) => purpose === "session").length,
    };
  });
}

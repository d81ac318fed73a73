import { randomBytes } from "node:crypto";

import { sha256 } from "../base/hash.ts";
import { Role } from "../domain/account.ts";
import type { Db } from "../store/database.ts";

/** An account as a request meets it. */
export type AccountRef = { accountNo: number; name: string; role: Role };

/** What a token is for: an invitation works once, a session is a browser's, a token is a program's. */
export type TokenPurpose = "invitation" | "session" | "token";

/** Start of each token, so that scanners of secrets know one. */
const TOKEN_MARK = "tw_";

/** Random bytes of a token: nobody guesses 192 bits, so that its plain SHA-256 can be stored. */
const TOKEN_BYTES = 24;

/** A random token that is not stored anywhere yet. */
export function newToken(): string {
  return TOKEN_MARK + randomBytes(TOKEN_BYTES).toString("base64url");
}

/** Stores a new token of an account by its hash. */
export async function addToken(
  db: Db,
  accountNo: number,
  { purpose, nowMs, expiresMs }: { purpose: TokenPurpose; nowMs: number; expiresMs: number },
): Promise<{ token: string; expiresMs: number }> {
  const token = newToken();
  await db
    .insertInto("account_tokens")
    .values({
      token_sha256: sha256(token),
      account_no: accountNo,
      purpose,
      created_ms: nowMs,
      expires_ms: expiresMs,
      used_ms: null,
    })
    .execute();
  return { token, expiresMs };
}

/** Whose token it is; undefined if it is unknown, used, revoked or out of date. */
export async function liveToken(
  db: Db,
  token: string,
  { purpose, nowMs }: { purpose: TokenPurpose; nowMs: number },
): Promise<AccountRef | undefined> {
  const row = await db
    .selectFrom("account_tokens")
    .innerJoin("accounts", "accounts.account_no", "account_tokens.account_no")
    .select(["accounts.account_no", "accounts.name", "accounts.role"])
    .where("token_sha256", "=", sha256(token))
    .where("purpose", "=", purpose)
    .where("used_ms", "is", null)
    .where("expires_ms", ">=", nowMs)
    .executeTakeFirst();
  return row === undefined ? undefined : { accountNo: row.account_no, name: row.name, role: Role.parse(row.role) };
}

/** Ends tokens of an account: those of some purposes, or all. */
export async function endTokens(
  db: Db,
  accountNo: number,
  { purposes = ["invitation", "session", "token"], nowMs }: { purposes?: readonly TokenPurpose[]; nowMs: number },
): Promise<void> {
  await db
    .updateTable("account_tokens")
    .set({ used_ms: nowMs })
    .where("account_no", "=", accountNo)
    .where("purpose", "in", [...purposes])
    .where("used_ms", "is", null)
    .execute();
}

/** Whether a token for programs was ever made: from then on a server answers accounts only. */
export async function hasTokens(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom("account_tokens")
    .select("purpose")
    .where("purpose", "=", "token")
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether somebody can come in with a token now. */
export async function hasLiveTokens(db: Db, nowMs: number): Promise<boolean> {
  const row = await db
    .selectFrom("account_tokens")
    .select("purpose")
    .where("purpose", "=", "token")
    .where("used_ms", "is", null)
    .where("expires_ms", ">=", nowMs)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

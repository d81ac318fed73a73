import { randomBytes } from "node:crypto";

import { sha256 } from "../base/hash.ts";
import { Role } from "../domain/account.ts";
import type { Db } from "../store/database.ts";

/** The account of a request. */
export type AccountRef = { accountNo: number; name: string; role: Role };

/** Purpose of a token: an invitation works once, a session is a browser's, a token is a program's. */
export type TokenPurpose = "invitation" | "session" | "token";

/** Prefix of tokens, so that secret scanners recognise them. */
const TOKEN_MARK = "tw_";

/** Random bytes of a token: 192 bits cannot be guessed, so a plain SHA-256 is stored. */
const TOKEN_BYTES = 24;

/** Creates a random token, without storing it. */
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

/** The account of a token; undefined if it is unknown, used, revoked or expired. */
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

/** Revokes tokens of an account, all or those of some purposes. */
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

/** Whether a token for programs was ever created; from then on, a server answers only requests with an account. */
export async function hasTokens(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom("account_tokens")
    .select("purpose")
    .where("purpose", "=", "token")
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether anybody can sign in with a token now. */
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

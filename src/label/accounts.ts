import { randomBytes } from "node:crypto";

import { Failure } from "../base/failure.ts";
import { sha256 } from "../base/hash.ts";
import type { Db } from "../store/database.ts";

/** How long a link works, ms: two weeks. */
const INVITATION_MS = 14 * 86_400_000;

/** How long a session lasts, ms: ninety days. */
const SESSION_MS = 90 * 86_400_000;

/** Somebody with an account. */
export type Account = { accountNo: number; name: string };

/** The account of a name, made where it does not exist. */
export async function accountOf(db: Db, name: string, nowMs: number): Promise<Account> {
  const known = await db.selectFrom("accounts").select("account_no").where("name", "=", name).executeTakeFirst();
  if (known !== undefined) return { accountNo: known.account_no, name };
  const { account_no: accountNo } = await db
    .insertInto("accounts")
    .values({ name, role: "annotator", created_ms: nowMs })
    .returning("account_no")
    .executeTakeFirstOrThrow();
  return { accountNo, name };
}

/** A new link for an account; those before it stop to work. The token is returned once and stored as its hash. */
export async function invite(db: Db, account: Account, nowMs: number): Promise<{ token: string; expiresMs: number }> {
  await endTokens(db, account.accountNo, { purpose: "invitation", nowMs });
  return addToken(db, account, { purpose: "invitation", nowMs, lastsMs: INVITATION_MS });
}

/**
 * Takes up an invitation: it works once, and starts a session.
 *
 * @throws Failure bad_input where it does not work, or not any more
 */
export async function takeUp(db: Db, token: string, nowMs: number): Promise<{ token: string; account: Account }> {
  const hash = sha256(token);
  const row = await tokenRow(db, hash, "invitation");
  if (row === undefined || row.used_ms !== null || row.expires_ms < nowMs) {
    throw new Failure("bad_input", "this invitation does not work, or not any more", {
      hint: "a link works once: ask for a new one",
    });
  }
  await db.updateTable("account_tokens").set({ used_ms: nowMs }).where("token_sha256", "=", hash).execute();
  const account = { accountNo: row.account_no, name: row.name };
  const session = await addToken(db, account, { purpose: "session", nowMs, lastsMs: SESSION_MS });
  return { token: session.token, account };
}

/** Who a session belongs to; undefined where it has ended. */
export async function accountOfSession(db: Db, token: string, nowMs: number): Promise<Account | undefined> {
  const row = await tokenRow(db, sha256(token), "session");
  if (row === undefined || row.used_ms !== null || row.expires_ms < nowMs) return undefined;
  return { accountNo: row.account_no, name: row.name };
}

/** Ends every session and invitation of an account. */
export async function endTokens(
  db: Db,
  accountNo: number,
  { purpose, nowMs }: { purpose?: "invitation" | "session"; nowMs: number },
): Promise<void> {
  let query = db
    .updateTable("account_tokens")
    .set({ used_ms: nowMs })
    .where("account_no", "=", accountNo)
    .where("used_ms", "is", null);
  if (purpose !== undefined) query = query.where("purpose", "=", purpose);
  await query.execute();
}

async function addToken(
  db: Db,
  { accountNo }: Account,
  { purpose, nowMs, lastsMs }: { purpose: string; nowMs: number; lastsMs: number },
): Promise<{ token: string; expiresMs: number }> {
  const token = randomBytes(24).toString("base64url");
  const expiresMs = nowMs + lastsMs;
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

async function tokenRow(
  db: Db,
  hash: string,
  purpose: string,
): Promise<{ account_no: number; name: string; used_ms: number | null; expires_ms: number } | undefined> {
  return db
    .selectFrom("account_tokens")
    .innerJoin("accounts", "accounts.account_no", "account_tokens.account_no")
    .select(["account_tokens.account_no", "accounts.name", "account_tokens.used_ms", "account_tokens.expires_ms"])
    .where("token_sha256", "=", hash)
    .where("purpose", "=", purpose)
    .executeTakeFirst();
}

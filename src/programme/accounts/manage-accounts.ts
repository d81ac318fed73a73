import { accountNamed, addAccount, listAccounts } from "../../accounts/accounts.ts";
import { type AccountRef, addToken, endTokens } from "../../accounts/tokens.ts";
import { Failure } from "../../base/failure.ts";
import type { Account, AccountList, IssuedToken, NewAccount } from "../../domain/account.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";

const DAY_MS = 86_400_000;

/** Every account, by name. */
export async function showAccounts({ db }: Store, nowMs: number): Promise<AccountList> {
  return { accounts: await listAccounts(db, nowMs) };
}

/** Creates an account with a token. @throws Failure bad_input if the name is taken */
export function createAccount(store: Store, { name, role, days }: NewAccount, nowMs: number): Promise<IssuedToken> {
  return store.write(async (db) => {
    if ((await accountNamed(db, name)) !== undefined) {
      throw new Failure("bad_input", `the account ${name} already exists`, {
        hint: `tunewright accounts renew "${name}" replaces its token`,
      });
    }
    return issue(db, await addAccount(db, { name, role, nowMs }), { days, nowMs });
  });
}

/** Replaces the token of an account; the earlier token and its sessions stop working. @throws Failure not_found */
export function renewToken(
  store: Store,
  { name, days }: { name: string; days: number },
  nowMs: number,
): Promise<IssuedToken> {
  return store.write(async (db) => {
    const account = await mustExist(db, name);
    await endTokens(db, account.accountNo, { nowMs });
    return issue(db, account, { days, nowMs });
  });
}

/** Changes the role of an account. Its earlier work is kept. @throws Failure not_found */
export function changeRole(
  store: Store,
  { name, role }: Pick<NewAccount, "name" | "role">,
  nowMs: number,
): Promise<Account> {
  return store.write(async (db) => {
    const { accountNo } = await mustExist(db, name);
    await db.updateTable("accounts").set({ role }).where("account_no", "=", accountNo).execute();
    return shown(db, name, nowMs);
  });
}

/**
 * Revokes the token, the sessions and the invitations of an account. Its earlier work is kept. @throws Failure
 * not_found
 */
export function revokeAccount(store: Store, name: string, nowMs: number): Promise<Account> {
  return store.write(async (db) => {
    await endTokens(db, (await mustExist(db, name)).accountNo, { nowMs });
    return shown(db, name, nowMs);
  });
}

async function issue(
  db: Db,
  { accountNo, name }: AccountRef,
  { days, nowMs }: { days: number; nowMs: number },
): Promise<IssuedToken> {
  const { token } = await addToken(db, accountNo, { purpose: "token", nowMs, expiresMs: nowMs + days * DAY_MS });
  return { account: await shown(db, name, nowMs), token };
}

async function shown(db: Db, name: string, nowMs: number): Promise<Account> {
  return (await listAccounts(db, nowMs)).find((account) => account.name === name)!;
}

async function mustExist(db: Db, name: string): Promise<AccountRef> {
  const account = await accountNamed(db, name);
  if (account !== undefined) return account;
  throw new Failure("not_found", `there is no account ${name}`, { hint: "tunewright accounts list" });
}

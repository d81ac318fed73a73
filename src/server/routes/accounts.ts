import * as z from "zod";

import { Account, AccountList, AccountName, IssuedToken, NewAccount, Role, TokenDays } from "../../domain/account.ts";
import {
  changeRole,
  createAccount,
  renewToken,
  revokeAccount,
  showAccounts,
} from "../../programme/accounts/manage-accounts.ts";
import type { RestApi } from "../rest-api.ts";

const Name = AccountName.describe("Name of the account");

/** Accounts: list, create, renew, change, revoke. */
export function addAccountRoutes(api: RestApi): void {
  const { store, now, access } = api.context;
  const nowMs = (): number => now().getTime();
  api.add("get /accounts", {
    summary: "List accounts with their roles, without tokens",
    request: z.strictObject({}),
    response: AccountList,
    answer: () => showAccounts(store, nowMs()),
  });
  api.add("post /accounts", {
    summary: "Create an account; its token is returned once",
    request: NewAccount,
    response: IssuedToken,
    answer: async (request) => {
      const issued = await createAccount(store, request, nowMs());
      access.forget();
      return issued;
    },
  });
  api.add("post /accounts/{name}/token", {
    summary: "Replace the token of an account and end its sessions",
    request: z.strictObject({ name: Name, days: TokenDays }),
    response: IssuedToken,
    answer: (request) => renewToken(store, request, nowMs()),
  });
  api.add("post /accounts/{name}/role", {
    summary: "Change the role of an account",
    request: z.strictObject({ name: Name, role: Role }),
    response: Account,
    answer: (request) => changeRole(store, request, nowMs()),
  });
  api.add("post /accounts/{name}/revocation", {
    summary: "Revoke the token, sessions and invitations of an account",
    request: z.strictObject({ name: Name }),
    response: Account,
    answer: ({ name }) => revokeAccount(store, name, nowMs()),
  });
}

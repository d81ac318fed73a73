import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { Account, AccountList, AccountName, IssuedToken, Role, TokenDays } from "../../domain/account.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  action: z
    .enum(["create", "list", "renew", "role", "revoke"])
    .describe(
      "create: a new account with a token; list: all; renew: replace the token; role: change the role; revoke: end the token, the sessions and the invitations",
    ),
  name: AccountName.optional().describe("Name of the account; not needed for list"),
  role: Role.optional().describe(`Required for create and role. ${Role.description}`),
  days: TokenDays,
  data: z.string().optional().describe("Folder of the state, as for serve; default: the one in the current folder"),
});

type Options = z.output<typeof Options>;

/** `tunewright accounts`: manages the users of the server. */
export default defineCommand({
  description:
    "Manage the accounts of the server. Without accounts, it accepts requests only from this machine, and needs no token. Once an account exists, every request needs a token, even on this machine. Commands in the programme folder need no token.",
  args: ["action", "name"],
  options: Options,
  output: z
    .union([AccountList, IssuedToken, Account])
    .describe("list: every account; create, renew: the account and its token; role, revoke: the account"),
  examples: [
    "accounts create ada --role admin",
    "accounts create trainer --role engineer --days 30",
    "accounts create ada --role admin --data /var/lib/tunewright",
    "accounts list",
    "accounts renew ada",
    "accounts role trainer --role viewer",
    "accounts revoke trainer",
  ],
  run: async (io, options) => {
    const dataDir = options.data === undefined ? undefined : resolve(io.cwd, options.data);
    const place = { programmeDir: io.cwd, dataDir, env: io.env, now: io.now };
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const manage = await import("../../programme/accounts/manage-accounts.ts");
    const text = await import("../../programme/accounts/accounts-text.ts");
    const nowMs = io.now().getTime();
    const next = (...words: string[]): string =>
      commandLine(options.data === undefined ? words : [...words, "--data", options.data]);
    if (options.action === "list") {
      const list = await answerFromState(place, {
        local: (store) => manage.showAccounts(store, nowMs),
        path: "/accounts",
        output: AccountList,
      });
      return {
        json: list,
        text: () => text.accountListText(list),
        next: next("accounts", "create", "NAME", "--role", "ROLE"),
      };
    }
    const name = required(options, "name");
    const { days } = options;
    const path = `/accounts/${encodeURIComponent(name)}`;
    switch (options.action) {
      case "create": {
        const request = { name, role: required(options, "role"), days };
        const issued = await answerFromState(place, {
          local: (store) => manage.createAccount(store, request, nowMs),
          path: "/accounts",
          body: request,
          creates: true,
          output: IssuedToken,
        });
        return { json: issued, text: () => text.issuedTokenText(issued), next: next("serve") };
      }
      case "renew": {
        const issued = await answerFromState(place, {
          local: (store) => manage.renewToken(store, { name, days }, nowMs),
          path: `${path}/token`,
          body: { days },
          output: IssuedToken,
        });
        return { json: issued, text: () => text.issuedTokenText(issued), next: next("accounts", "list") };
      }
      default: {
        const isRole = options.action === "role";
        const role = isRole ? required(options, "role") : undefined;
        const account = await answerFromState(place, {
          local: (store) =>
            role === undefined
              ? manage.revokeAccount(store, name, nowMs)
              : manage.changeRole(store, { name, role }, nowMs),
          path: `${path}/${isRole ? "role" : "revocation"}`,
          body: role === undefined ? {} : { role },
          output: Account,
        });
        return { json: account, text: () => text.accountText(account), next: next("accounts", "list") };
      }
    }
  },
});

function required<Field extends "name" | "role">(options: Options, field: Field): NonNullable<Options[Field]> {
  const value = options[field];
  if (value !== undefined) return value;
  throw new Failure("bad_input", `accounts ${options.action} needs ${field === "name" ? "NAME" : "--role"}`, {
    hint: "tunewright accounts --help",
  });
}

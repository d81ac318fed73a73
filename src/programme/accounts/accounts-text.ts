import { textTable } from "../../base/text-table.ts";
import type { Account, AccountList, IssuedToken } from "../../domain/account.ts";

/** Text of all accounts with their roles and the expiry of their tokens. */
export function accountListText({ accounts }: AccountList): string {
  if (accounts.length === 0) return "no accounts: the server accepts requests from this machine only, without a token";
  return textTable(
    [{ head: "account" }, { head: "role" }, { head: "token until" }, { head: "browsers", align: "right" }],
    accounts.map(({ name, role, tokenUntil, sessions }) => [
      name,
      role,
      tokenUntil?.slice(0, 10) ?? "none",
      String(sessions),
    ]),
  );
}

/** Text of a new token and how to use it. */
export function issuedTokenText({ account, token }: IssuedToken): string {
  return [
    `${account.name}, ${account.role}; the token expires on ${account.tokenUntil?.slice(0, 10) ?? "revoked"}:`,
    "",
    `  ${token}`,
    "",
    "It is shown once: only its hash is stored. Trainers read it from MLFLOW_TRACKING_TOKEN,",
    "commands from TUNEWRIGHT_TOKEN; in a browser, enter it on the page Sign in.",
  ].join("\n");
}

/** Text of an account after a change. */
export function accountText({ name, role, tokenUntil }: Account): string {
  return `${name}, ${role}; ${tokenUntil === null ? "no valid token" : `the token expires on ${tokenUntil.slice(0, 10)}`}`;
}

import type { Migration } from "../migration.ts";

/** People who sign in with a link, and their links and sessions by the hash of the token. */
export const accounts: Migration = {
  name: "0010-accounts",
  statements: ({ id, int64, text, strict, clustered }) => [
    `create table accounts (
      account_no ${id}, name ${text} not null unique, role ${text} not null, created_ms ${int64} not null
    ) ${strict}`,
    `create table account_tokens (
      token_sha256 ${text} not null primary key, account_no ${int64} not null references accounts,
      purpose ${text} not null, created_ms ${int64} not null, expires_ms ${int64} not null, used_ms ${int64}
    ) ${clustered}`,
    `create index account_tokens_by_account on account_tokens (account_no)`,
  ],
};

import type { Migration } from "../migration.ts";

/** The cost ledger: entries, their lines and balances; budgets; bills. */
export const ledger: Migration = {
  name: "0020-ledger",
  statements: ({ id, int64, text, strict, clustered }) => [
    `create table ledger_entries (
      seq ${int64} not null primary key, idempotency_key ${text} not null unique, body ${text} not null,
      previous_hash ${text} not null, hash ${text} not null
    ) ${strict}`,
    `create table ledger_lines (
      seq ${int64} not null references ledger_entries, line_no ${int64} not null, account ${text} not null,
      currency ${text} not null, amount ${text} not null, run_id ${text}, effective_ms ${int64} not null,
      primary key (seq, line_no)
    ) ${clustered}`,
    `create index ledger_lines_by_account on ledger_lines (account, currency, effective_ms)`,
    `create index ledger_lines_by_run on ledger_lines (run_id)`,
    `create table ledger_balances (
      account ${text} not null, currency ${text} not null, amount ${text} not null, lines ${int64} not null,
      primary key (account, currency)
    ) ${clustered}`,
    `create table budgets (
      budget_no ${id}, scope ${text} not null, scope_key ${text} not null, period ${text} not null,
      cap_usd ${text} not null, source_sha256 ${text}, set_by ${text} not null, set_ms ${int64} not null,
      replaced_by ${int64}
    ) ${strict}`,
    `create table bill_files (
      file_no ${id}, sha256 ${text} not null unique, name ${text} not null, format ${text} not null,
      imported_ms ${int64} not null, lines ${int64} not null, billed ${text} not null, effective ${text} not null,
      currency ${text} not null
    ) ${strict}`,
    `create table bill_lines (
      file_no ${int64} not null references bill_files, line_no ${int64} not null, row_sha256 ${text} not null,
      ordinal ${int64} not null, billed ${text} not null, effective ${text} not null,
      period_start_ms ${int64} not null, period_end_ms ${int64} not null, category ${text} not null,
      service ${text} not null, resource ${text}, description ${text} not null, tags ${text} not null,
      class ${text} not null, run_id ${text}, why ${text} not null,
      primary key (file_no, line_no)
    ) ${clustered}`,
    `create index bill_lines_by_run on bill_lines (run_id)`,
  ],
};

import type { Migration } from "../migration.ts";

/** Labelling: tasks and their versions, rows, leases, answers, decisions, posted costs and seals. */
export const label: Migration = {
  name: "0040-label",
  statements: ({ id, int64, real, text, strict, clustered }) => [
    `create table label_tasks (
      task_no ${id}, name ${text} not null unique, programme ${text} not null, created_ms ${int64} not null
    ) ${strict}`,
    `create table label_versions (
      task_no ${int64} not null references label_tasks, version ${int64} not null, spec ${text} not null,
      sha256 ${text} not null, created_ms ${int64} not null, primary key (task_no, version)
    ) ${clustered}`,
    `create table label_items (
      item_no ${id}, task_no ${int64} not null references label_tasks, row_id ${text} not null,
      source ${text} not null, line ${int64} not null, fields ${text} not null, stratum ${text}, score ${real},
      wanted ${int64} not null, gold ${text}, suggestion ${text},
      answers ${int64} not null, skips ${int64} not null, state ${text} not null, unique (task_no, row_id)
    ) ${strict}`,
    `create index label_items_by_state on label_items (task_no, state, item_no)`,
    `create table label_leases (
      item_no ${int64} not null references label_items, account_no ${int64} not null references accounts,
      given_ms ${int64} not null, until_ms ${int64} not null, primary key (item_no, account_no)
    ) ${clustered}`,
    `create index label_leases_by_account on label_leases (account_no)`,
    `create table label_answers (
      answer_no ${id}, idempotency_key ${text} not null unique, item_no ${int64} not null references label_items,
      account_no ${int64} not null references accounts, version ${int64} not null, answer ${text}, reason ${text},
      active_ms ${int64} not null, given_ms ${int64} not null, cost_day ${text} not null, is_extra ${int64} not null,
      is_suggested ${int64} not null, undone_ms ${int64}
    ) ${strict}`,
    `create unique index label_answers_once on label_answers (item_no, account_no) where undone_ms is null`,
    `create index label_answers_by_account on label_answers (account_no, answer_no)`,
    `create table label_members (
      task_no ${int64} not null references label_tasks, account_no ${int64} not null references accounts,
      role ${text} not null, added_ms ${int64} not null, removed_ms ${int64}, primary key (task_no, account_no)
    ) ${clustered}`,
    `create table label_decisions (
      item_no ${int64} not null primary key references label_items, idempotency_key ${text} not null unique,
      account_no ${int64} not null references accounts, answer ${text}, reason ${text} not null,
      active_ms ${int64} not null, decided_ms ${int64} not null, cost_day ${text} not null
    ) ${strict}`,
    `create table label_costs (
      task_no ${int64} not null references label_tasks, account_no ${int64} not null references accounts,
      day ${text} not null, usd ${text} not null, posted_ms ${int64} not null, primary key (task_no, account_no, day)
    ) ${clustered}`,
    `create table label_seals (
      task_no ${int64} not null references label_tasks, seal ${int64} not null, sha256 ${text} not null,
      manifest ${text} not null, sealed_ms ${int64} not null, primary key (task_no, seal)
    ) ${clustered}`,
  ],
};

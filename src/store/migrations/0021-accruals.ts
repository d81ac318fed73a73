import type { Migration } from "../migration.ts";

/** Postings of each interval of activity, and the number of its extensions; decisions of the guard and alerts. */
export const accruals: Migration = {
  name: "0021-accruals",
  statements: ({ id, int64, text, strict, clustered }) => [
    `alter table activity add column touches ${int64} not null default 0`,
    `create table accruals (
      activity_no ${int64} not null primary key, run_no ${int64} not null, posted_to_ms ${int64} not null,
      posted_usd ${text} not null, suspense_usd ${text} not null, suspense_from_ms ${int64}, state ${text} not null, postings ${int64} not null
    ) ${clustered}`,
    `create table guard_decisions (
      decision_no ${id}, run_id ${text} not null, action ${text} not null, reason ${text} not null, spent_usd ${text},
      decided_ms ${int64} not null
    ) ${strict}`,
    `create index guard_decisions_by_run on guard_decisions (run_id, decision_no)`,
    `create table budget_alerts (
      budget_no ${int64} not null, period_key ${text} not null, percent ${int64} not null, text ${text} not null,
      raised_ms ${int64} not null, sent_ms ${int64}, problem ${text},
      primary key (budget_no, period_key, percent)
    ) ${clustered}`,
    `create table alert_targets (
      target_no ${id}, kind ${text} not null, address ${text} not null unique, added_ms ${int64} not null
    ) ${strict}`,
    `create index accruals_by_state on accruals (state, activity_no)`,
  ],
};

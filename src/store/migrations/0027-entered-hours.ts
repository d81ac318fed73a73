import type { Migration } from "../migration.ts";

/**
 * Sums of entered costs by account, run and hour, so that budgets need not read every model call. Lines of earlier
 * versions are kept one by one, each under its own entry; newer ones are summed under entry 0.
 */
export const enteredHours: Migration = {
  name: "0027-entered-hours",
  statements: ({ int64, text, clustered }) => [
    `create table entered_hours (
      account ${text} not null, run_id ${text} not null, hour_ms ${int64} not null, seq ${int64} not null,
      line_no ${int64} not null, amount ${text} not null, lines ${int64} not null,
      primary key (account, run_id, hour_ms, seq, line_no)
    ) ${clustered}`,
    `create index entered_hours_by_run on entered_hours (run_id)`,
    `insert into entered_hours (account, run_id, hour_ms, seq, line_no, amount, lines)
      select account, coalesce(run_id, ''), effective_ms - effective_ms % 3600000, seq, line_no, amount, 1
      from ledger_lines
      where currency = 'USD'
        and (account >= 'spent:' and account < 'spent;' or account >= 'data:labelling:' and account < 'data:labelling;')`,
  ],
};

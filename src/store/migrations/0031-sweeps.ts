import type { Migration } from "../migration.ts";

/** Jobs that pause at a step and are resumed; sweeps, their trials, and the log from which their decisions follow. */
export const sweeps: Migration = {
  name: "0031-sweeps",
  statements: ({ id, int64, real, text, strict, clustered }) => [
    `alter table jobs add column until_step ${int64}`,
    `alter table jobs add column resumed_after ${int64} not null default 0`,
    `create table sweeps (
      sweep_no ${id}, sweep_id ${text} not null unique, programme ${text} not null,
      spec ${text} not null, base ${text} not null, plan ${text} not null, prepared ${text} not null,
      state ${text} not null, reason ${text}, created_ms ${int64} not null, ended_ms ${int64}
    ) ${strict}`,
    `create table sweep_trials (
      sweep_no ${int64} not null references sweeps, trial ${int64} not null, kind ${text} not null,
      trial_values ${text} not null, state ${text} not null, rung ${int64} not null,
      until_step ${int64} not null, job_id ${text}, repeats ${int64},
      primary key (sweep_no, trial)
    ) ${clustered}`,
    `create table sweep_events (
      sweep_no ${int64} not null references sweeps, seq ${int64} not null, kind ${text} not null,
      trial ${int64} not null, step ${int64}, value ${real}, decision ${text},
      primary key (sweep_no, seq)
    ) ${clustered}`,
    `create index sweep_events_by_trial on sweep_events (sweep_no, trial, seq)`,
  ],
};

import type { Migration } from "../migration.ts";

/** Training jobs, their attempts, and the one process that supervises them. */
export const launch: Migration = {
  name: "0030-launch",
  statements: ({ id, int64, text, strict, clustered }) => [
    `create table jobs (
      job_no ${id}, job_id ${text} not null unique, programme ${text} not null, run_id ${text} not null,
      spec ${text} not null, folder ${text} not null, dataset_digest ${text} not null,
      state ${text} not null, reason ${text}, step ${int64},
      stop_reason ${text}, stop_asked_ms ${int64}, model_sha256 ${text},
      created_ms ${int64} not null, ended_ms ${int64}
    ) ${strict}`,
    `create index jobs_not_ended on jobs (job_no) where ended_ms is null`,
    `create table job_attempts (
      job_no ${int64} not null references jobs, attempt ${int64} not null,
      started_ms ${int64} not null, ended_ms ${int64}, resumed_from ${text},
      exit_code ${int64}, exit_signal ${text}, last_step ${int64}, outcome ${text},
      primary key (job_no, attempt)
    ) ${clustered}`,
    `create table supervisors (
      name ${text} not null primary key, instance ${text} not null, beat_ms ${int64} not null
    ) ${strict}`,
  ],
};

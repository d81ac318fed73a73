import type { Migration } from "../migration.ts";

/** Experiments, runs, their logged data, and their activity. */
export const runs: Migration = {
  name: "0001-runs",
  statements: ({ id, int64, real, text, strict, clustered, nowMs }) => [
    `create table experiments (
      experiment_id ${id}, name ${text} not null unique, artifact_location ${text} not null,
      lifecycle_stage ${text} not null, created_ms ${int64} not null, updated_ms ${int64} not null, programme ${text}
    ) ${strict}`,
    `insert into experiments (experiment_id, name, artifact_location, lifecycle_stage, created_ms, updated_ms)
      values (0, 'Default', 'mlflow-artifacts:/0', 'active', ${nowMs}, ${nowMs})`,
    `create table experiment_tags (
      experiment_id ${int64} not null references experiments, key ${text} not null, value ${text} not null,
      primary key (experiment_id, key)
    ) ${clustered}`,
    `create table runs (
      run_no ${id}, run_id ${text} not null unique, experiment_id ${int64} not null references experiments,
      name ${text} not null, user_id ${text} not null, status ${text} not null,
      start_ms ${int64} not null, end_ms ${int64}, lifecycle_stage ${text} not null, deleted_ms ${int64}
    ) ${strict}`,
    `create index runs_by_start on runs (experiment_id, start_ms)`,
    `create table run_params (
      param_no ${id}, run_no ${int64} not null references runs, key ${text} not null, value ${text} not null,
      unique (run_no, key)
    ) ${strict}`,
    `create table run_tags (
      tag_no ${id}, run_no ${int64} not null references runs, key ${text} not null, value ${text} not null,
      unique (run_no, key)
    ) ${strict}`,
    `create index run_tags_by_key on run_tags (key, value)`,
    `create table series (
      series_no ${id}, run_no ${int64} not null references runs, key ${text} not null,
      step ${int64} not null, timestamp ${int64} not null, value ${real} not null, is_nan ${int64} not null,
      unique (run_no, key)
    ) ${strict}`,
    // no foreign key to series: a look-up per point would cost a third of the insert, and only this code writes points
    `create table points (
      series_no ${int64} not null, timestamp ${int64} not null, step ${int64} not null,
      value ${real} not null, is_nan ${int64} not null,
      primary key (series_no, timestamp, step, value, is_nan)
    ) ${clustered}`,
    `create table datasets (
      dataset_no ${id}, experiment_id ${int64} not null references experiments, name ${text} not null,
      digest ${text} not null, source_type ${text} not null, source ${text} not null, schema ${text}, profile ${text},
      unique (experiment_id, name, digest)
    ) ${strict}`,
    `create table run_inputs (
      input_no ${id}, run_no ${int64} not null references runs, dataset_no ${int64} not null references datasets,
      unique (run_no, dataset_no)
    ) ${strict}`,
    `create table run_input_tags (
      input_no ${int64} not null references run_inputs, key ${text} not null, value ${text} not null,
      primary key (input_no, key)
    ) ${clustered}`,
    `create table activity (
      activity_no ${id}, run_no ${int64} not null references runs,
      opened_ms ${int64} not null, last_ms ${int64} not null, closed_ms ${int64}
    ) ${strict}`,
    `create index activity_by_run on activity (run_no)`,
  ],
};

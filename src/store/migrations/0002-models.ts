import type { Migration } from "../migration.ts";

/** Logged models, inputs and outputs of runs, and the model registry. */
export const models: Migration = {
  name: "0002-models",
  statements: ({ id, int64, real, text, strict, clustered }) => [
    `create table logged_models (
      model_no ${id}, model_id ${text} not null unique, experiment_id ${int64} not null references experiments,
      name ${text} not null, source_run_id ${text}, model_type ${text} not null, status ${text} not null,
      created_ms ${int64} not null, updated_ms ${int64} not null, lifecycle_stage ${text} not null
    ) ${strict}`,
    `create index logged_models_by_experiment on logged_models (experiment_id, created_ms)`,
    `create table logged_model_params (
      model_no ${int64} not null references logged_models, key ${text} not null, value ${text} not null,
      primary key (model_no, key)
    ) ${clustered}`,
    `create table logged_model_tags (
      model_no ${int64} not null references logged_models, key ${text} not null, value ${text} not null,
      primary key (model_no, key)
    ) ${clustered}`,
    // the latest value of a metric that a run logged for a model, and for a dataset if one was given
    `create table logged_model_metrics (
      model_no ${int64} not null references logged_models, run_no ${int64} not null references runs,
      key ${text} not null, dataset_name ${text} not null, dataset_digest ${text} not null,
      value ${real} not null, is_nan ${int64} not null, timestamp ${int64} not null, step ${int64} not null,
      primary key (model_no, key, dataset_name, dataset_digest, run_no)
    ) ${clustered}`,
    `create table run_models (
      run_no ${int64} not null references runs, direction ${text} not null, model_id ${text} not null,
      step ${int64} not null, primary key (run_no, direction, model_id, step)
    ) ${clustered}`,
    `create table registered_models (
      registered_no ${id}, name ${text} not null unique, description ${text},
      created_ms ${int64} not null, updated_ms ${int64} not null
    ) ${strict}`,
    `create table registered_model_tags (
      registered_no ${int64} not null references registered_models on delete cascade,
      key ${text} not null, value ${text} not null, primary key (registered_no, key)
    ) ${clustered}`,
    `create table registered_model_aliases (
      registered_no ${int64} not null references registered_models on delete cascade,
      alias ${text} not null, version ${int64} not null, primary key (registered_no, alias)
    ) ${clustered}`,
    `create table model_versions (
      registered_no ${int64} not null references registered_models on delete cascade,
      version ${int64} not null, created_ms ${int64} not null, updated_ms ${int64} not null,
      stage ${text} not null, description ${text}, user_id ${text}, source ${text} not null,
      storage_location ${text} not null, run_id ${text}, run_link ${text}, model_id ${text},
      primary key (registered_no, version)
    ) ${clustered}`,
    `create table model_version_tags (
      registered_no ${int64} not null, version ${int64} not null, key ${text} not null, value ${text} not null,
      primary key (registered_no, version, key),
      foreign key (registered_no, version) references model_versions on delete cascade
    ) ${clustered}`,
  ],
};

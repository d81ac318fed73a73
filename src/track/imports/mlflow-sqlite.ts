import { dirname } from "node:path";

import { toInt64 } from "../../base/int64.ts";
import { Failure } from "../../base/failure.ts";
import { type ForeignSqlite, openForeignSqlite } from "../../store/foreign-sqlite.ts";
import type { DatasetInput } from "../inputs.ts";
import type { KeyValue } from "../key-value.ts";
import type { MetricPoint } from "../points.ts";
import { type ForeignRun, type ForeignTracker, skipTables } from "./foreign-run.ts";
import { artifactsAt } from "./local-artifacts.ts";
import { valueOf } from "./mlflow-answers.ts";
import { sqliteModels } from "./mlflow-sqlite-models.ts";

const RUNS = `select run_uuid, runs.name as name, user_id, status, cast(start_time as text) as start_time,
  cast(end_time as text) as end_time, runs.lifecycle_stage as stage, artifact_uri, experiments.name as experiment
  from runs join experiments on experiments.experiment_id = runs.experiment_id
  order by runs.start_time, run_uuid`;
const POINTS = `select key, value, cast(timestamp as text) as timestamp, cast(step as text) as step, is_nan
  from metrics where run_uuid = ? order by key, step, timestamp, value`;
const COUNT = "select count(*) as count from metrics where run_uuid = ?";
const DATASETS = `select datasets.name as name, digest, dataset_source_type, dataset_source, dataset_schema,
  dataset_profile, input_uuid from inputs join datasets on datasets.dataset_uuid = inputs.source_id
  where inputs.source_type = 'DATASET' and inputs.destination_type = 'RUN' and destination_id = ?
  order by datasets.name, digest`;

const MODELS = `select source_type, destination_id, cast(step as text) as step from inputs
  where source_type in ('RUN_INPUT', 'RUN_OUTPUT') and source_id = ? order by source_type, destination_id`;

/** Tables that are not imported. @source mlflow 3.11, store/tracking/dbmodels */
const NOT_IMPORTED = { trace_info: "trace" };

type RunRow = {
  run_uuid: string;
  name: string | null;
  user_id: string | null;
  status: ForeignRun["status"];
  start_time: string | null;
  end_time: string | null;
  stage: string;
  artifact_uri: string | null;
  experiment: string;
};

/**
 * Opens the SQLite file of MLflow's server.
 *
 * @throws Failure not_found, bad_input if it is not one
 */
export async function openMlflowSqlite(path: string, shown: string): Promise<ForeignTracker> {
  const database = await openForeignSqlite(path, shown);
  const missing = ["runs", "experiments", "metrics", "params", "tags"].filter((table) => !database.has(table));
  if (missing.length > 0) {
    database.close();
    throw new Failure("bad_input", `${shown} is not an MLflow database: it has no table ${missing[0]}`, {
      hint: "pass the file that --backend-store-uri names",
    });
  }
  const skipped = new Map<string, number>();
  const artifactsOf = (row: RunRow): ForeignRun["artifacts"] =>
    artifactsAt(row.artifact_uri ?? "", { databaseFolder: dirname(path), skipped });
  return {
    skipped,
    runs: () =>
      mapped(database.rows<RunRow>(RUNS), (row) => ({ ...foreignRun(database, row), artifacts: artifactsOf(row) })),
    models: sqliteModels(database, { databaseFolder: dirname(path), skipped }),
    countRest: async () => skipTables(skipped, database, NOT_IMPORTED),
    close: database.close,
  };
}

function* mapped<In, Out>(rows: Iterable<In>, change: (row: In) => Out): Iterable<Out> {
  // Read completely, because the statements for the points would disturb an open statement.
  yield* Array.from(rows, change);
}

function foreignRun(database: ForeignSqlite, row: RunRow): Omit<ForeignRun, "artifacts"> {
  const pairs = (table: string): KeyValue[] =>
    [
      ...database.rows<{ key: string; value: string | null }>(
        `select key, value from ${table} where run_uuid = ? order by key`,
        row.run_uuid,
      ),
    ].map(({ key, value }) => ({ key, value: value ?? "" }));
  return {
    id: row.run_uuid,
    experiment: row.experiment,
    name: row.name ?? "",
    user: row.user_id ?? "",
    status: row.status,
    startMs: toInt64(row.start_time) ?? 0,
    endMs: toInt64(row.end_time) ?? null,
    isDeleted: row.stage === "deleted",
    params: pairs("params"),
    tags: pairs("tags"),
    datasets: database.has("inputs") ? datasetsOf(database, row.run_uuid) : [],
    models: database.has("logged_models") ? modelsOf(database, row.run_uuid) : [],
    points: () => mapped(database.rows<PointRow>(POINTS, row.run_uuid), asPoint),
    extent: JSON.stringify([...database.rows(COUNT, row.run_uuid)]),
  };
}

type PointRow = { key: string; value: number; timestamp: string; step: string; is_nan: number };

function asPoint({ key, value, timestamp, step, is_nan }: PointRow): MetricPoint {
  return {
    key,
    value: is_nan === 1 ? Number.NaN : valueOf(value),
    timestamp: toInt64(timestamp) ?? 0,
    step: toInt64(step) ?? 0,
  };
}

type DatasetRow = {
  name: string;
  digest: string;
  dataset_source_type: string;
  dataset_source: string;
  dataset_schema: string | null;
  dataset_profile: string | null;
  input_uuid: string;
};

function datasetsOf(database: ForeignSqlite, runId: string): DatasetInput[] {
  return [...database.rows<DatasetRow>(DATASETS, runId)].map((row) => ({
    name: row.name,
    digest: row.digest,
    sourceType: row.dataset_source_type,
    source: row.dataset_source,
    schema: row.dataset_schema,
    profile: row.dataset_profile,
    tags: [
      ...database.rows<KeyValue>(
        "select name as key, value from input_tags where input_uuid = ? order by name",
        row.input_uuid,
      ),
    ].map(({ key, value }) => ({ key, value })),
  }));
}

function modelsOf(database: ForeignSqlite, runId: string): NonNullable<ForeignRun["models"]> {
  const rows = database.rows<{ source_type: string; destination_id: string; step: string }>(MODELS, runId);
  return Array.from(rows, ({ source_type, destination_id: modelId, step }) => ({
    direction: source_type === "RUN_INPUT" ? "input" : "output",
    modelId,
    step: toInt64(step) ?? 0,
  }));
}

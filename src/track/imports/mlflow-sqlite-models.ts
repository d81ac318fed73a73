import { toInt64 } from "../../base/int64.ts";
import type { ForeignSqlite } from "../../store/foreign-sqlite.ts";
import type { KeyValue } from "../key-value.ts";
import type { ModelMetric } from "../models/logged-models.ts";
import { DELETED_STAGE } from "../models/model-versions.ts";
import {
  type ForeignLoggedModel,
  type ForeignModels,
  type ForeignRegisteredModel,
  type ForeignVersion,
  loggedStatus,
  textOrNull,
  versionFacts,
  wholeOrZero,
} from "./foreign-models.ts";
import { skip } from "./foreign-run.ts";
import { artifactsAt } from "./local-artifacts.ts";
import { valueOf } from "./mlflow-answers.ts";

/** A row with all its columns, because older databases lack some. */
type Cells = Readonly<Record<string, unknown>>;

const LOGGED = `select logged_models.*, experiments.name as experiment from logged_models
  join experiments on experiments.experiment_id = logged_models.experiment_id
  order by creation_timestamp_ms, model_id`;
/** MLflow keeps no NaN here (mlflow 3.17 writes 0), but it does in the metric of the run. */
const METRICS = `select metric_name as key, metric_value as value, cast(metric_timestamp_ms as text) as timestamp,
  cast(metric_step as text) as step, run_id, dataset_name, dataset_digest,
  exists (select 1 from metrics where metrics.run_uuid = run_id and metrics.key = metric_name
    and metrics.timestamp = metric_timestamp_ms and metrics.step = metric_step and is_nan = 1) as is_nan
  from logged_model_metrics where model_id = ?`;

type Place = { databaseFolder: string; skipped: Map<string, number> };

/** The models of MLflow's SQLite file; none in one of a version without them. */
export function sqliteModels(database: ForeignSqlite, place: Place): ForeignModels {
  return {
    logged: () => (database.has("logged_models") ? loggedOf(database, place) : []),
    registered: () => (database.has("registered_models") ? registeredOf(database) : []),
  };
}

function* loggedOf(database: ForeignSqlite, { databaseFolder, skipped }: Place): Iterable<ForeignLoggedModel> {
  const pairs = (table: string, column: string, id: string): KeyValue[] =>
    Array.from(
      database.rows<Cells>(
        `select ${column}_key as key, ${column}_value as value from ${table} where model_id = ?`,
        id,
      ),
      pairOf,
    );
  // read completely, because other statements would disturb an open one
  for (const row of Array.from(database.rows<Cells>(LOGGED))) {
    const id = String(row["model_id"]);
    if (row["lifecycle_stage"] === "deleted") {
      skip(skipped, "deleted logged model");
      continue;
    }
    const uri = textOrNull(row["artifact_location"]) ?? "";
    yield {
      id,
      experiment: String(row["experiment"]),
      name: String(row["name"]),
      sourceRunId: textOrNull(row["source_run_id"]),
      modelType: textOrNull(row["model_type"]) ?? "",
      status: loggedStatus(row["status"]),
      createdMs: wholeOrZero(row["creation_timestamp_ms"]),
      updatedMs: wholeOrZero(row["last_updated_timestamp_ms"]),
      tags: pairs("logged_model_tags", "tag", id),
      params: pairs("logged_model_params", "param", id),
      metrics: Array.from(database.rows<Cells>(METRICS, id), metricOf),
      artifacts: artifactsAt(uri, { databaseFolder, skipped, of: "logged model" }),
    };
  }
}

function metricOf(row: Cells): ModelMetric {
  return {
    key: String(row["key"]),
    value: row["is_nan"] === 1 ? Number.NaN : valueOf(Number(row["value"])),
    timestamp: toInt64(row["timestamp"]) ?? 0,
    step: toInt64(row["step"]) ?? 0,
    runId: textOrNull(row["run_id"]) ?? "",
    datasetName: textOrNull(row["dataset_name"]) ?? "",
    datasetDigest: textOrNull(row["dataset_digest"]) ?? "",
  };
}

function pairOf({ key, value }: Cells): KeyValue {
  return { key: String(key), value: textOrNull(value) ?? "" };
}

/** Names are unique in a workspace; before workspaces there was one. @source mlflow 3.11 model_registry/dbmodels */
function keyOf({ workspace, name }: Cells, version: unknown = ""): string {
  return [textOrNull(workspace) ?? "", String(name), String(version)].join("\0");
}

function* registeredOf(database: ForeignSqlite): Iterable<ForeignRegisteredModel> {
  const tags = grouped(database, "registered_model_tags", (row) => keyOf(row));
  const aliases = grouped(database, "registered_model_aliases", (row) => keyOf(row));
  const versions = grouped(database, "model_versions", (row) => keyOf(row));
  const versionTags = grouped(database, "model_version_tags", (row) => keyOf(row, row["version"]));
  for (const row of Array.from(database.rows<Cells>("select * from registered_models order by name"))) {
    const key = keyOf(row);
    const all = (versions.get(key) ?? []).toSorted((a, b) => wholeOrZero(a["version"]) - wholeOrZero(b["version"]));
    const isDeleted = (version: Cells): boolean => version["current_stage"] === DELETED_STAGE;
    const tagsOf = (version: Cells): KeyValue[] =>
      (versionTags.get(keyOf(version, version["version"])) ?? []).map(pairOf);
    yield {
      name: String(row["name"]),
      description: textOrNull(row["description"]),
      createdMs: wholeOrZero(row["creation_time"]),
      updatedMs: wholeOrZero(row["last_updated_time"]),
      tags: (tags.get(key) ?? []).map(pairOf),
      aliases: (aliases.get(key) ?? []).map((alias) => ({
        alias: String(alias["alias"]),
        version: wholeOrZero(alias["version"]),
      })),
      versions: all.filter((version) => !isDeleted(version)).map((version) => foreignVersion(version, tagsOf(version))),
      deleted: all.filter(isDeleted).map((version) => wholeOrZero(version["version"])),
    };
  }
}

function grouped(database: ForeignSqlite, table: string, keyOfRow: (row: Cells) => string): Map<string, Cells[]> {
  const groups = new Map<string, Cells[]>();
  if (!database.has(table)) return groups;
  for (const row of database.rows<Cells>(`select * from ${table}`)) {
    const group = groups.get(keyOfRow(row));
    if (group === undefined) groups.set(keyOfRow(row), [row]);
    else group.push(row);
  }
  return groups;
}

function foreignVersion(row: Cells, tags: KeyValue[]): ForeignVersion {
  const [createdMs, updatedMs] = [wholeOrZero(row["creation_time"]), wholeOrZero(row["last_updated_time"])];
  return { ...versionFacts(row), version: wholeOrZero(row["version"]), createdMs, updatedMs, tags };
}

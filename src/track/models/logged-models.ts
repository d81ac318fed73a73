import { randomUUID } from "node:crypto";

import type { Db, Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { getExperiment } from "../experiments.ts";
import type { KeyValue } from "../key-value.ts";
import { type MetricPoint, pointValue } from "../points.ts";
import { randomRunName } from "../run-name.ts";
import { invalid, TrackFailure } from "../track-failure.ts";

/** A metric of a model, with the run that logged it. */
export type ModelMetric = MetricPoint & { runId: string; datasetName: string; datasetDigest: string };

/** A model that a run logged. */
export type LoggedModel = Row<"logged_models"> & { tags: KeyValue[]; params: KeyValue[]; metrics: ModelMetric[] };

/** Input for creating a model. */
export type NewModel = {
  experimentId: string;
  name: string | undefined;
  sourceRunId: string | null;
  modelType: string;
  tags: readonly KeyValue[];
  params: readonly KeyValue[];
};

/** Creates a model that is still incomplete. @throws TrackFailure */
export async function createModel(store: Store, wanted: NewModel, nowMs: number): Promise<LoggedModel> {
  const { name } = wanted;
  if (name !== undefined && (name === "" || /[/:.%"']/.test(name))) {
    throw invalid(
      `Invalid model name ('${name}') provided. Model name must be a non-empty string and cannot contain the following ` +
        `characters: ('/', ':', '.', '%', '"', "'")`,
    );
  }
  return store.write(async (db) => {
    const experiment = await getExperiment({ db }, wanted.experimentId);
    if (experiment.lifecycle_stage !== "active") {
      throw invalid(
        `The experiment ${wanted.experimentId} must be in the 'active' state. Current state is ${experiment.lifecycle_stage}.`,
      );
    }
    const row = await db
      .insertInto("logged_models")
      .values({
        model_id: `m-${randomUUID().replaceAll("-", "")}`,
        experiment_id: experiment.experiment_id,
        name: name ?? randomRunName(),
        source_run_id: wanted.sourceRunId,
        model_type: wanted.modelType,
        status: "LOGGED_MODEL_PENDING",
        created_ms: nowMs,
        updated_ms: nowMs,
        lifecycle_stage: "active",
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await setPairs(db, "logged_model_tags", { modelNo: row.model_no, pairs: wanted.tags });
    await setPairs(db, "logged_model_params", { modelNo: row.model_no, pairs: wanted.params });
    return (await readModelRows(db, [row]))[0]!;
  });
}

/** One model, unless it is deleted. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function getModel({ db }: Pick<Store, "db">, modelId: string): Promise<LoggedModel> {
  return (await readModelRows(db, [await findModel(db, modelId)]))[0]!;
}

/** Marks a model as ready or failed. @throws TrackFailure RESOURCE_DOES_NOT_EXIST, INVALID_PARAMETER_VALUE */
export async function finishModel(
  store: Store,
  modelId: string,
  { status, nowMs }: { status: string; nowMs: number },
): Promise<LoggedModel> {
  if (!STATUSES.includes(status)) throw invalid(`Invalid model status: ${status}`);
  return store.write(async (db) => {
    const row = await findModel(db, modelId);
    await db
      .updateTable("logged_models")
      .set({ status, updated_ms: nowMs })
      .where("model_no", "=", row.model_no)
      .execute();
    return (await readModelRows(db, [{ ...row, status, updated_ms: nowMs }]))[0]!;
  });
}

const STATUSES = ["LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"];

/** Marks a model as deleted. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function deleteModel(store: Store, modelId: string, nowMs: number): Promise<void> {
  await store.write(async (db) => {
    const { model_no } = await findModel(db, modelId);
    await db
      .updateTable("logged_models")
      .set({ lifecycle_stage: "deleted", updated_ms: nowMs })
      .where("model_no", "=", model_no)
      .execute();
  });
}

/** Sets tags of a model. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function setModelTags(store: Store, modelId: string, tags: readonly KeyValue[]): Promise<LoggedModel> {
  return store.write(async (db) => {
    const row = await findModel(db, modelId);
    await setPairs(db, "logged_model_tags", { modelNo: row.model_no, pairs: tags });
    return (await readModelRows(db, [row]))[0]!;
  });
}

/**
 * Adds params to a model. @throws TrackFailure RESOURCE_DOES_NOT_EXIST; INVALID_PARAMETER_VALUE if one already has
 * another value
 */
export async function logModelParams(store: Store, modelId: string, params: readonly KeyValue[]): Promise<void> {
  await store.write(async (db) => {
    const row = await findModel(db, modelId);
    const { params: known } = (await readModelRows(db, [row]))[0]!;
    const changed = params.find(({ key, value }) => known.some((old) => old.key === key && old.value !== value));
    if (changed !== undefined) {
      throw invalid(`Changing param values is not allowed. Param with key='${changed.key}' was already logged.`);
    }
    await setPairs(db, "logged_model_params", { modelNo: row.model_no, pairs: params });
  });
}

/** Removes a tag of a model. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function deleteModelTag(store: Store, modelId: string, key: string): Promise<void> {
  await store.write(async (db) => {
    const { model_no } = await findModel(db, modelId);
    const { numDeletedRows } = await db
      .deleteFrom("logged_model_tags")
      .where("model_no", "=", model_no)
      .where("key", "=", key)
      .executeTakeFirstOrThrow();
    if (numDeletedRows === 0n) {
      throw new TrackFailure(
        "RESOURCE_DOES_NOT_EXIST",
        `No tag with key '${key}' found for model with ID '${modelId}'.`,
      );
    }
  });
}

async function setPairs(
  db: Db,
  table: "logged_model_tags" | "logged_model_params",
  { modelNo, pairs }: { modelNo: number; pairs: readonly KeyValue[] },
): Promise<void> {
  for (const { key, value } of pairs) {
    await db
      .insertInto(table)
      .values({ model_no: modelNo, key, value })
      .onConflict((conflict) => conflict.columns(["model_no", "key"]).doUpdateSet({ value }))
      .execute();
  }
}

async function findModel(db: Db, modelId: string): Promise<Row<"logged_models">> {
  const found = await db
    .selectFrom("logged_models")
    .selectAll()
    .where("model_id", "=", modelId)
    .where("lifecycle_stage", "=", "active")
    .executeTakeFirst();
  if (found === undefined) {
    throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `Logged model with ID '${modelId}' not found.`);
  }
  return found;
}

/** Models with their logged data, in the given order. */
export async function readModelRows(db: Db, rows: readonly Row<"logged_models">[]): Promise<LoggedModel[]> {
  if (rows.length === 0) return [];
  const numbers = rows.map(({ model_no }) => model_no);
  const tags = await db
    .selectFrom("logged_model_tags")
    .selectAll()
    .where("model_no", "in", numbers)
    .orderBy("key")
    .execute();
  const params = await db
    .selectFrom("logged_model_params")
    .selectAll()
    .where("model_no", "in", numbers)
    .orderBy("key")
    .execute();
  const metrics = await db
    .selectFrom("logged_model_metrics")
    .innerJoin("runs", "runs.run_no", "logged_model_metrics.run_no")
    .selectAll("logged_model_metrics")
    .select("runs.run_id")
    .where("model_no", "in", numbers)
    .orderBy("key")
    .orderBy("step")
    .orderBy("timestamp")
    .orderBy("runs.run_no")
    .orderBy("dataset_name")
    .orderBy("dataset_digest")
    .execute();
  return rows.map((row) => {
    const own = <Item extends { model_no: number }>(items: readonly Item[]): Item[] =>
      items.filter(({ model_no }) => model_no === row.model_no);
    return {
      ...row,
      tags: own(tags).map(({ key, value }) => ({ key, value })),
      params: own(params).map(({ key, value }) => ({ key, value })),
      metrics: own(metrics).map((metric) => ({
        key: metric.key,
        value: pointValue(metric),
        timestamp: metric.timestamp,
        step: metric.step,
        runId: metric.run_id,
        datasetName: metric.dataset_name,
        datasetDigest: metric.dataset_digest,
      })),
    };
  });
}

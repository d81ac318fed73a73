import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { insertRows } from "../../store/insert-rows.ts";
import type { KeyValue } from "../key-value.ts";
import { type ModelMetric, readModelRows } from "../models/logged-models.ts";
import { COST_PREFIX } from "../names.ts";
import { isLater, toStored } from "../points.ts";
import type { ForeignLoggedModel } from "./foreign-models.ts";
import {
  contentDigest,
  nextStep,
  ownTags,
  readState,
  SOURCE_TAG,
  sortedPairs,
  STATE_TAG,
  stateTag,
} from "./import-state.ts";

/** A model of the source as this store keeps it: with ids of runs of this store, and one value per metric. */
export type LoggedContent = Omit<ForeignLoggedModel, "artifacts" | "experiment">;

/** Treatment of a logged model. `copiesFiles`: its files are wanted and were not imported before. */
export type LoggedPlan = {
  step: "create" | "replace" | "keep" | "refuse" | "deleted";
  experimentId: number;
  copiesFiles: boolean;
};

/** Decides what to do with a logged model, so that its files can be copied before it is written. */
export async function planLogged(
  { db }: Pick<Store, "db">,
  model: LoggedContent,
  { experimentId, skipArtifacts }: { experimentId: number; skipArtifacts: boolean },
): Promise<LoggedPlan> {
  const here = await loggedHere(db, model.id);
  if (here === undefined) return { step: "create", experimentId, copiesFiles: !skipArtifacts };
  const { base, hasFiles } = readState(here.tags);
  const source = digestOf(model);
  const known = { here: digestOf(here.content), ...(base === undefined ? {} : { base }) };
  const step = here.isDeleted ? "deleted" : nextStep({ source, ...known });
  // what was logged here has its files; a status or a new file can come with each change
  const isMissing = base !== undefined && (!hasFiles || step === "replace");
  const copies = !skipArtifacts && step !== "refuse" && step !== "deleted" && isMissing;
  return { step, experimentId: here.experimentId, copiesFiles: copies };
}

/** Writes a logged model, completely or not at all, after its files. */
export async function writeLogged(
  store: Store,
  model: LoggedContent,
  { plan, format }: { plan: LoggedPlan; format: string },
): Promise<void> {
  const { step, copiesFiles, experimentId } = plan;
  if (step === "refuse" || step === "deleted" || (step === "keep" && !copiesFiles)) return;
  await store.write(async (db) => {
    const number = await upsertModel(db, model, { experimentId, step });
    const before = readState(await tagsOf(db, number));
    const hasFiles = copiesFiles || (step === "replace" && before.hasFiles);
    const digest = step === "keep" ? (before.base ?? digestOf(model)) : digestOf(model);
    const state = [
      { key: SOURCE_TAG, value: format },
      { key: STATE_TAG, value: stateTag(digest, hasFiles) },
    ];
    if (step === "keep") {
      await putPairs(db, "logged_model_tags", { number, pairs: state });
      return;
    }
    await replaceRows(db, model, { number, state });
  });
}

/** Whether the logged model here has the content of the source, or was changed or deleted here since its import. */
export async function isLogged({ db }: Pick<Store, "db">, model: LoggedContent): Promise<boolean> {
  const here = await loggedHere(db, model.id);
  if (here === undefined) return false;
  const source = digestOf(model);
  return here.isDeleted || digestOf(here.content) === source || readState(here.tags).base === source;
}

/** One value per metric, run and dataset: the latest. A metric of a cost, which is computed here, gets a prefix. */
export function latestMetrics(metrics: readonly ModelMetric[]): ModelMetric[] {
  const latest = new Map<string, ModelMetric>();
  for (const metric of metrics) {
    const key = metric.key.startsWith(COST_PREFIX) ? `imported/${metric.key}` : metric.key;
    const place = [key, metric.runId, metric.datasetName, metric.datasetDigest].join("\0");
    const before = latest.get(place);
    if (before === undefined || isLater(toStored(metric), toStored(before))) latest.set(place, { ...metric, key });
  }
  return [...latest.values()];
}

function digestOf(model: LoggedContent): string {
  const metrics = model.metrics.map((one) => [
    one.key,
    one.runId,
    one.datasetName,
    one.datasetDigest,
    String(one.value),
    String(one.timestamp),
    String(one.step),
  ]);
  return contentDigest([
    [model.id, model.name, model.sourceRunId, model.modelType, model.status, model.createdMs, model.updatedMs],
    ownTags(model.tags),
    sortedPairs(model.params),
    metrics.toSorted((a, b) => (a.join("\0") < b.join("\0") ? -1 : 1)),
  ]);
}

type Here = { experimentId: number; isDeleted: boolean; tags: KeyValue[]; content: LoggedContent };

async function loggedHere(db: Db, id: string): Promise<Here | undefined> {
  const row = await db.selectFrom("logged_models").selectAll().where("model_id", "=", id).executeTakeFirst();
  if (row === undefined) return undefined;
  const [model] = await readModelRows(db, [row]);
  const { tags, params, metrics } = model!;
  return {
    experimentId: row.experiment_id,
    isDeleted: row.lifecycle_stage === "deleted",
    tags,
    content: {
      id,
      name: row.name,
      sourceRunId: row.source_run_id || null,
      modelType: row.model_type,
      status: row.status,
      createdMs: row.created_ms,
      updatedMs: row.updated_ms,
      tags,
      params,
      metrics,
    },
  };
}

async function upsertModel(
  db: Db,
  model: LoggedContent,
  { experimentId, step }: { experimentId: number; step: LoggedPlan["step"] },
): Promise<number> {
  const facts = {
    name: model.name,
    source_run_id: model.sourceRunId,
    model_type: model.modelType,
    status: model.status,
    created_ms: model.createdMs,
    updated_ms: model.updatedMs,
  };
  const insertion = db
    .insertInto("logged_models")
    .values({ model_id: model.id, experiment_id: experimentId, lifecycle_stage: "active", ...facts });
  const { model_no } = await insertion
    .onConflict((conflict) => conflict.column("model_id").doUpdateSet(step === "keep" ? { model_id: model.id } : facts))
    .returning("model_no")
    .executeTakeFirstOrThrow();
  return model_no;
}

async function tagsOf(db: Db, number: number): Promise<KeyValue[]> {
  return db.selectFrom("logged_model_tags").select(["key", "value"]).where("model_no", "=", number).execute();
}

async function replaceRows(
  db: Db,
  model: LoggedContent,
  { number, state }: { number: number; state: readonly KeyValue[] },
): Promise<void> {
  for (const table of ["logged_model_tags", "logged_model_params", "logged_model_metrics"] as const) {
    await db.deleteFrom(table).where("model_no", "=", number).execute();
  }
  await putPairs(db, "logged_model_tags", { number, pairs: [...ownTags(model.tags), ...state] });
  await putPairs(db, "logged_model_params", { number, pairs: sortedPairs(model.params) });
  const ids = [...new Set(model.metrics.map(({ runId }) => runId))];
  const runs =
    ids.length === 0
      ? []
      : await db.selectFrom("runs").select(["run_id", "run_no"]).where("run_id", "in", ids).execute();
  const numbers = new Map(runs.map(({ run_id, run_no }) => [run_id, run_no]));
  await insertRows(db, {
    table: "logged_model_metrics",
    columns: {
      model_no: "bigint",
      run_no: "bigint",
      key: "text",
      dataset_name: "text",
      dataset_digest: "text",
      value: "double precision",
      is_nan: "bigint",
      timestamp: "bigint",
      step: "bigint",
    },
    rows: model.metrics.map((metric) => {
      const { value, is_nan, timestamp, step } = toStored(metric);
      const place = [number, numbers.get(metric.runId), metric.key, metric.datasetName, metric.datasetDigest];
      return [...place, value, is_nan, timestamp, step];
    }),
  });
}

async function putPairs(
  db: Db,
  table: "logged_model_tags" | "logged_model_params",
  { number, pairs }: { number: number; pairs: readonly KeyValue[] },
): Promise<void> {
  await insertRows(db, {
    table,
    columns: { model_no: "bigint", key: "text", value: "text" },
    rows: pairs.map(({ key, value }) => [number, key, value]),
    onConflict: { key: ["model_no", "key"], set: ["value"] },
  });
}

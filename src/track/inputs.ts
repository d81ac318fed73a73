import type { Int64 } from "../base/int64.ts";
import type { Db } from "../store/database.ts";
import type { Store } from "../store/open-store.ts";
import { extendActivity } from "./activity.ts";
import type { KeyValue } from "./key-value.ts";
import { lockActiveRun } from "./run-info.ts";

/** A dataset used by a run, as described by the client. */
export type DatasetInput = {
  name: string;
  digest: string;
  sourceType: string;
  source: string;
  schema: string | null;
  profile: string | null;
  tags: readonly KeyValue[];
};

/**
 * Records the datasets that a run uses. A repeat changes nothing.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST, INVALID_PARAMETER_VALUE (deleted run)
 */
export async function logInputs(
  store: Store,
  runId: string,
  { datasets, modelIds, nowMs }: { datasets: readonly DatasetInput[]; modelIds: readonly string[]; nowMs: number },
): Promise<void> {
  await store.write(async (db) => {
    const { run_no, experiment_id } = await lockActiveRun(db, runId);
    for (const dataset of datasets) {
      await recordDataset(db, { runNo: run_no, experimentId: experiment_id }, dataset);
    }
    await addRunModels(db, run_no, {
      direction: "input",
      models: modelIds.map((modelId) => ({ modelId, step: 0 })),
    });
    await extendActivity(db, run_no, nowMs);
  });
}

/**
 * Records the logged models that a run produced, each with its step. A repeat changes nothing.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST, INVALID_PARAMETER_VALUE (deleted run)
 */
export async function logOutputs(
  store: Store,
  runId: string,
  { models, nowMs }: { models: readonly RunModel[]; nowMs: number },
): Promise<void> {
  await store.write(async (db) => {
    const { run_no } = await lockActiveRun(db, runId);
    await addRunModels(db, run_no, { direction: "output", models });
    await extendActivity(db, run_no, nowMs);
  });
}

/** A logged model of a run, with its step. */
export type RunModel = { modelId: string; step: Int64 };

/** Records logged models that a run used or produced. A repeat changes nothing. */
export async function addRunModels(
  db: Db,
  runNo: number,
  { direction, models }: { direction: "input" | "output"; models: readonly RunModel[] },
): Promise<void> {
  for (const { modelId, step } of models) {
    await db
      .insertInto("run_models")
      .values({ run_no: runNo, direction, model_id: modelId, step })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Records a dataset that a run uses. A repeat changes nothing: as in MLflow, the first tags of it are kept. */
export async function recordDataset(
  db: Db,
  { runNo, experimentId }: { runNo: number; experimentId: number },
  dataset: DatasetInput,
): Promise<void> {
  const dataset_no = await datasetNo(db, experimentId, dataset);
  const input = await db
    .insertInto("run_inputs")
    .values({ run_no: runNo, dataset_no })
    .onConflict((conflict) => conflict.columns(["run_no", "dataset_no"]).doNothing())
    .returning("input_no")
    .executeTakeFirst();
  if (input === undefined) return;
  const { input_no } = input;
  for (const { key, value } of dataset.tags) {
    await db
      .insertInto("run_input_tags")
      .values({ input_no, key, value })
      .onConflict((conflict) => conflict.columns(["input_no", "key"]).doUpdateSet({ value }))
      .execute();
  }
}

/** The dataset of an experiment with this name and digest, created if it is new. */
async function datasetNo(db: Db, experimentId: number, dataset: DatasetInput): Promise<number> {
  const { name, digest, sourceType, source, schema, profile } = dataset;
  await db
    .insertInto("datasets")
    .values({ experiment_id: experimentId, name, digest, source_type: sourceType, source, schema, profile })
    .onConflict((conflict) => conflict.columns(["experiment_id", "name", "digest"]).doNothing())
    .execute();
  const { dataset_no } = await db
    .selectFrom("datasets")
    .select("dataset_no")
    .where("experiment_id", "=", experimentId)
    .where("name", "=", name)
    .where("digest", "=", digest)
    .executeTakeFirstOrThrow();
  return dataset_no;
}

import type { Db } from "../store/database.ts";
import type { Store } from "../store/open-store.ts";
import { extendActivity } from "./activity.ts";
import type { KeyValue } from "./key-value.ts";
import { lockActiveRun } from "./run-info.ts";

/** A dataset that a run read, as the client describes it. */
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
 * Records the datasets that a run reads. A repeat changes nothing.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST, INVALID_PARAMETER_VALUE (deleted run)
 */
export async function logInputs(
  store: Store,
  runId: string,
  { datasets, nowMs }: { datasets: readonly DatasetInput[]; nowMs: number },
): Promise<void> {
  await store.write(async (db) => {
    const { run_no, experiment_id } = await lockActiveRun(db, runId);
    for (const dataset of datasets) {
      const dataset_no = await datasetNo(db, experiment_id, dataset);
      const input_no = await inputNo(db, run_no, dataset_no);
      for (const { key, value } of dataset.tags) {
        await db
          .insertInto("run_input_tags")
          .values({ input_no, key, value })
          .onConflict((conflict) => conflict.columns(["input_no", "key"]).doUpdateSet({ value }))
          .execute();
      }
    }
    await extendActivity(db, run_no, nowMs);
  });
}

/** The dataset of an experiment with this name and digest, recorded where it is new. */
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

async function inputNo(db: Db, runNo: number, dataset_no: number): Promise<number> {
  await db
    .insertInto("run_inputs")
    .values({ run_no: runNo, dataset_no })
    .onConflict((conflict) => conflict.columns(["run_no", "dataset_no"]).doNothing())
    .execute();
  const { input_no } = await db
    .selectFrom("run_inputs")
    .select("input_no")
    .where("run_no", "=", runNo)
    .where("dataset_no", "=", dataset_no)
    .executeTakeFirstOrThrow();
  return input_no;
}

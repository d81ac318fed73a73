import type { Db } from "../../store/database.ts";
import { isLater, type MetricPoint, toStored } from "../points.ts";

/** Stores the latest values of metrics that belong to a logged model. Models that do not exist are skipped. */
export async function logModelMetrics(db: Db, runNo: number, points: readonly MetricPoint[]): Promise<void> {
  for (const { of: model, key, ...point } of points) {
    if (model === undefined) continue;
    const found = await db
      .selectFrom("logged_models")
      .select("model_no")
      .where("model_id", "=", model.modelId)
      .executeTakeFirst();
    if (found === undefined) continue;
    const place = {
      model_no: found.model_no,
      run_no: runNo,
      key,
      dataset_name: model.datasetName,
      dataset_digest: model.datasetDigest,
    };
    const stored = toStored(point);
    const { model_no, dataset_name, dataset_digest } = place;
    const before = await db
      .selectFrom("logged_model_metrics")
      .select(["value", "is_nan", "timestamp", "step"])
      .where("model_no", "=", model_no)
      .where("run_no", "=", runNo)
      .where("key", "=", key)
      .where("dataset_name", "=", dataset_name)
      .where("dataset_digest", "=", dataset_digest)
      .executeTakeFirst();
    if (before !== undefined && !isLater(stored, before)) continue;
    await db
      .insertInto("logged_model_metrics")
      .values({ ...place, ...stored })
      .onConflict((conflict) =>
        conflict.columns(["model_no", "key", "dataset_name", "dataset_digest", "run_no"]).doUpdateSet(stored),
      )
      .execute();
  }
}

import type { Store } from "../../store/open-store.ts";

/** A dataset that runs of an experiment used, and its purpose. */
export type DatasetSummary = { experiment_id: string; name: string; digest: string; context?: string };

/** Maximum number of datasets in an answer. */
const MOST = 1000;

/** Datasets of experiments, listed once per use. */
export async function searchDatasets(
  { db }: Pick<Store, "db">,
  experimentIds: readonly number[],
): Promise<DatasetSummary[]> {
  if (experimentIds.length === 0) return [];
  const rows = await db
    .selectFrom("run_inputs")
    .innerJoin("datasets", "datasets.dataset_no", "run_inputs.dataset_no")
    .leftJoin("run_input_tags", (join) =>
      join
        .onRef("run_input_tags.input_no", "=", "run_inputs.input_no")
        .on("run_input_tags.key", "=", "mlflow.data.context"),
    )
    .select(["datasets.experiment_id", "datasets.name", "datasets.digest", "run_input_tags.value"])
    .distinct()
    .where("datasets.experiment_id", "in", experimentIds)
    .orderBy("datasets.name")
    .limit(MOST)
    .execute();
  return rows.map(({ experiment_id, name, digest, value }) => ({
    experiment_id: String(experiment_id),
    name,
    digest,
    ...(value === null ? {} : { context: value }),
  }));
}

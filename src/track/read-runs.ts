import type { Int64 } from "../base/int64.ts";
import type { Db } from "../store/database.ts";
import type { DatasetInput } from "./inputs.ts";
import type { KeyValue } from "./key-value.ts";
import { type MetricPoint, pointValue } from "./points.ts";
import type { RunInfo } from "./run-info.ts";

/** A run with everything that was logged to it except the history of its metrics. */
export type RunRecord = {
  info: RunInfo;
  /** Latest point per key, in the order in which the keys were first logged. */
  metrics: MetricPoint[];
  params: KeyValue[];
  tags: KeyValue[];
  datasets: DatasetInput[];
  /** Logged models that the run used, and those that it produced, with their steps. */
  modelInputs: string[];
  modelOutputs: { modelId: string; step: Int64 }[];
};

/** Reads the data logged to runs, in the given order. */
export async function readRuns(db: Db, infos: readonly RunInfo[]): Promise<RunRecord[]> {
  if (infos.length === 0) return [];
  const records = new Map<number, RunRecord>(
    infos.map((info) => [
      info.run_no,
      { info, metrics: [], params: [], tags: [], datasets: [], modelInputs: [], modelOutputs: [] },
    ]),
  );
  for (const numbers of chunks([...records.keys()])) {
    const series = await db
      .selectFrom("series")
      .select(["run_no", "key", "step", "timestamp", "value", "is_nan"])
      .where("run_no", "in", numbers)
      .orderBy("series_no")
      .execute();
    for (const { run_no, key, step, timestamp, ...stored } of series) {
      records.get(run_no)!.metrics.push({ key, value: pointValue(stored), timestamp, step });
    }
    const params = await db
      .selectFrom("run_params")
      .select(["run_no", "key", "value"])
      .where("run_no", "in", numbers)
      .orderBy("param_no")
      .execute();
    for (const { run_no, key, value } of params) records.get(run_no)!.params.push({ key, value });
    const tags = await db
      .selectFrom("run_tags")
      .select(["run_no", "key", "value"])
      .where("run_no", "in", numbers)
      .orderBy("tag_no")
      .execute();
    for (const { run_no, key, value } of tags) records.get(run_no)!.tags.push({ key, value });
    await addDatasets(db, records, numbers);
    await addModels(db, records, numbers);
  }
  return [...records.values()];
}

async function addDatasets(db: Db, records: ReadonlyMap<number, RunRecord>, numbers: readonly number[]): Promise<void> {
  const inputs = await db
    .selectFrom("run_inputs")
    .innerJoin("datasets", "datasets.dataset_no", "run_inputs.dataset_no")
    .selectAll()
    .where("run_no", "in", numbers)
    .orderBy("input_no")
    .execute();
  if (inputs.length === 0) return;
  const tags = await db
    .selectFrom("run_input_tags")
    .selectAll()
    .where(
      "input_no",
      "in",
      inputs.map(({ input_no }) => input_no),
    )
    .orderBy("key")
    .execute();
  for (const { run_no, input_no, name, digest, source_type, source, schema, profile } of inputs) {
    const own = tags.filter((tag) => tag.input_no === input_no).map(({ key, value }) => ({ key, value }));
    records.get(run_no)!.datasets.push({ name, digest, sourceType: source_type, source, schema, profile, tags: own });
  }
}

async function addModels(db: Db, records: ReadonlyMap<number, RunRecord>, numbers: readonly number[]): Promise<void> {
  const models = await db
    .selectFrom("run_models")
    .selectAll()
    .where("run_no", "in", numbers)
    .orderBy("step")
    .orderBy("model_id")
    .execute();
  for (const { run_no, direction, model_id, step } of models) {
    const record = records.get(run_no)!;
    if (direction === "input") record.modelInputs.push(model_id);
    else record.modelOutputs.push({ modelId: model_id, step });
  }
}

/** Number of runs per query: below the maximum number of parameters of both databases. */
const CHUNK = 1000;

function* chunks(numbers: readonly number[]): Iterable<number[]> {
  for (let start = 0; start < numbers.length; start += CHUNK) yield numbers.slice(start, start + CHUNK);
}

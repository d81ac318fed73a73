import type { Db } from "../store/database.ts";
import { insertRows } from "../store/insert-rows.ts";
import { sendWithCommit } from "../store/last-statements.ts";
import type { Store } from "../store/open-store.ts";
import { kindOf, run } from "../store/statement.ts";
import { extendActivity } from "./activity.ts";
import { RUN_NAME_TAG } from "./create-run.ts";
import type { KeyValue } from "./key-value.ts";
import { logKnownSeries } from "./log-known-series.ts";
import { LIMITS, truncated } from "./names.ts";
import { logModelMetrics } from "./models/model-metrics.ts";
import { knownSeries, logPoints, type MetricPoint } from "./points.ts";
import { lockActiveRun, type RunInfo } from "./run-info.ts";
import { setTags } from "./set-tags.ts";
import { invalid } from "./track-failure.ts";

/** Values logged to a run at once, completely or not at all. */
export type Batch = {
  metrics: readonly MetricPoint[];
  params: readonly KeyValue[];
  tags: readonly KeyValue[];
  /** True if params are logged one at a time; a conflict then has the message of `log-parameter`. */
  isSingle?: boolean;
};

/**
 * Logs metrics, params and tags. Repeating the same request changes nothing, so that a client may retry.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST; INVALID_PARAMETER_VALUE if the run is deleted or a param has another
 * value already
 */
export async function logBatch(store: Store, runId: string, batch: Batch & { nowMs: number }): Promise<void> {
  const isMetricsOnly = batch.params.length === 0 && batch.tags.length === 0;
  if (store.kind === "postgres" && isMetricsOnly && (await logKnownSeries(store, runId, batch))) return;
  await store.write(async (db) => {
    // Sent together: PostgreSQL reads the series after locking the run.
    const [info, known] = await Promise.all([lockActiveRun(db, runId), knownSeries(db, runId, batch.metrics)]);
    await logParams(db, info, batch);
    await setTags(db, info.run_no, batch.tags);
    const renamed = batch.tags.findLast(({ key }) => key === RUN_NAME_TAG)?.value;
    if (renamed !== undefined && renamed !== "") {
      const rename = db.updateTable("runs").set({ name: renamed }).where("run_no", "=", info.run_no);
      await sendWithCommit(db, rename.execute());
    }
    await logPoints(db, { runNo: info.run_no, known }, batch.metrics);
    await logModelMetrics(db, info.run_no, batch.metrics);
    await extendActivity(db, info.run_no, batch.nowMs);
  });
}

const OLD_PARAMS = {
  sqlite: "select key, value from run_params where run_no = ? and key in (select value from json_each(?))",
  postgres:
    "select key, value from run_params where run_no = ? and key = any(array(select json_array_elements_text(?::json)))",
};

async function logParams(db: Db, info: RunInfo, { params, isSingle }: Batch): Promise<void> {
  if (params.length === 0) return;
  const values = new Map(params.map(({ key, value }) => [key, truncated(value, LIMITS.paramValue)]));
  const old = await run<KeyValue>(db, OLD_PARAMS[kindOf(db)], [info.run_no, JSON.stringify([...values.keys()])]);
  const changed = old.filter(({ key, value }) => values.get(key) !== value);
  if (changed.length > 0) throw paramConflict(info.run_id, changed, { values, isSingle });
  const rows = [...values].map(([key, value]) => [info.run_no, key, value]);
  const columns = { run_no: "bigint", key: "text", value: "text" } as const;
  await sendWithCommit(db, insertRows(db, { table: "run_params", columns, rows }));
}

function paramConflict(
  runId: string,
  changed: readonly KeyValue[],
  { values, isSingle }: { values: ReadonlyMap<string, string>; isSingle: boolean | undefined },
): Error {
  const [first] = changed;
  if (isSingle === true && first !== undefined) {
    return invalid(
      `Changing param values is not allowed. Param with key='${first.key}' was already logged with value=` +
        `'${first.value}' for run ID='${runId}'. Attempted logging new value '${values.get(first.key)}'.`,
    );
  }
  const list = changed.map(
    ({ key, value }) => `{'key': '${key}', 'old_value': '${value}', 'new_value': '${values.get(key)}'}`,
  );
  return invalid(
    `Changing param values is not allowed. Params were already logged='[${list.join(", ")}]' for run ID='${runId}'.`,
  );
}

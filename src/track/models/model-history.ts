import type { Store } from "../../store/open-store.ts";
import { extendActivity } from "../activity.ts";
import { lockActiveRun } from "../run-info.ts";
import { setTags } from "../set-tags.ts";
import { invalid } from "../track-failure.ts";

const HISTORY_TAG = "mlflow.log-model.history";

/**
 * Adds a model to the list in a tag of its run, as clients before MLflow 3 do. A repeat changes nothing.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST
 */
export async function logModelHistory(
  store: Store,
  runId: string,
  { modelJson, nowMs }: { modelJson: string; nowMs: number },
): Promise<void> {
  const model = parsed(modelJson);
  await store.write(async (db) => {
    const { run_no } = await lockActiveRun(db, runId);
    const before = await db
      .selectFrom("run_tags")
      .select("value")
      .where("run_no", "=", run_no)
      .where("key", "=", HISTORY_TAG)
      .executeTakeFirst();
    const list = before === undefined ? [] : parsed(before.value);
    const models: unknown[] = Array.isArray(list) ? list : [];
    const text = JSON.stringify(model);
    if (!models.some((known) => JSON.stringify(known) === text)) models.push(model);
    await setTags(db, run_no, [{ key: HISTORY_TAG, value: JSON.stringify(models) }]);
    await extendActivity(db, run_no, nowMs);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("Malformed model info. model_json is not valid JSON");
  }
}

import type { LoggedValue } from "../../launch/engines/engine.ts";
import type { Store } from "../../store/open-store.ts";
import { logBatch } from "../../track/log-batch.ts";

/** Number of points logged at once. */
const BATCH = 1000;

/**
 * Logs the values that a run lacks: points that a trainer could not deliver are still in its own state. They get the
 * time of the import, because that state has none.
 *
 * @returns the number of added values
 */
export async function completeCurve(
  store: Store,
  runId: string,
  { values, nowMs }: { values: readonly LoggedValue[]; nowMs: number },
): Promise<number> {
  const rows = await store.db
    .selectFrom("points")
    .innerJoin("series", "series.series_no", "points.series_no")
    .innerJoin("runs", "runs.run_no", "series.run_no")
    .select(["series.key", "points.step"])
    .where("runs.run_id", "=", runId)
    .execute();
  const known = new Set(rows.map(({ key, step }) => `${key} ${step}`));
  const missing = values.filter(({ key, step, value }) => Number.isFinite(value) && !known.has(`${key} ${step}`));
  for (let start = 0; start < missing.length; start += BATCH) {
    const metrics = missing.slice(start, start + BATCH).map((value) => ({ ...value, timestamp: nowMs }));
    await logBatch(store, runId, { metrics, params: [], tags: [], nowMs });
  }
  return missing.length;
}

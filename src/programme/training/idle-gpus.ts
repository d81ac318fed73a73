import type { TrainingFile } from "../../domain/training-job.ts";
import type { Limit } from "../../launch/supervise/budget-guard.ts";
import type { Store } from "../../store/open-store.ts";

/** What MLflow's client logs of each GPU when system metrics are on. */
const GPU_KEYS = "system/gpu_%_utilization_percentage";

/**
 * Whether the GPUs of a run were idle for as long as its file allows: the mean of every GPU over the window is below
 * the limit. Undefined if they were not, and where nothing measured them: a machine without a sensor is not idle.
 */
export async function idleLimit(
  { db }: Pick<Store, "db">,
  runId: string,
  { idle, nowMs, startedMs }: { idle: TrainingFile["idle"]; nowMs: number; startedMs: number },
): Promise<Limit | undefined> {
  if (idle === undefined) return undefined;
  const windowMs = idle.minutes * 60_000;
  const fromMs = nowMs - windowMs;
  if (startedMs > fromMs) return undefined;
  const rows = await db
    .selectFrom("points")
    .innerJoin("series", "series.series_no", "points.series_no")
    .innerJoin("runs", "runs.run_no", "series.run_no")
    .select(["series.key", "points.value", "points.timestamp"])
    .where("runs.run_id", "=", runId)
    .where("series.key", "like", GPU_KEYS)
    .where("points.timestamp", ">=", fromMs)
    .orderBy("points.timestamp")
    .execute();
  // a gap at the begin of the window is no measurement of idleness: the first value must be old enough
  if (rows.length === 0 || Number(rows[0]!.timestamp) - fromMs > windowMs / 4) return undefined;
  const mean = rows.reduce((sum, { value }) => sum + value, 0) / rows.length;
  if (mean >= idle.minUtilizationPercent) return undefined;
  return { reason: "idle", detail: `GPU utilisation was ${mean.toFixed(1)} % for ${idle.minutes} minutes` };
}

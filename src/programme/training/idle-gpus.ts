import type { TrainingFile } from "../../domain/training-job.ts";
import type { Limit } from "../../launch/supervise/budget-guard.ts";
import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/open-store.ts";
import { GPU_UTILIZATION_KEYS } from "../../track/gpu-metrics.ts";

/**
 * Whether the GPUs of a run were idle for as long as its file allows: the mean of each GPU over the window is below the
 * limit. Undefined if one of them was not idle, or if none was measured: a machine without a sensor is not idle. GPUs
 * that logged nothing since the attempt started belong to an earlier machine.
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
  const { rows } = await sql<Measured>`
    select series.key, avg(points.value) as mean_percent, min(points.timestamp) as first_ms
    from series join runs on runs.run_no = series.run_no
      left join points on points.series_no = series.series_no and points.timestamp >= ${fromMs} and points.is_nan = 0
    where runs.run_id = ${runId} and series.key like ${GPU_UTILIZATION_KEYS} and exists (
      select 1 from points as own where own.series_no = series.series_no and own.timestamp >= ${startedMs})
    group by series.key order by series.key`.execute(db);
  if (rows.length === 0) return undefined;
  // a gap at the beginning of the window is no measurement of idleness: the first value must be old enough
  const isMeasured = rows.every(({ first_ms }) => first_ms !== null && Number(first_ms) - fromMs <= windowMs / 4);
  const highest = Math.max(...rows.map(({ mean_percent }) => Number(mean_percent)));
  if (!isMeasured || highest >= idle.minUtilizationPercent) return undefined;
  const whose = rows.length === 1 ? "GPU utilisation was" : `utilisation of each of ${rows.length} GPUs was at most`;
  return { reason: "idle", detail: `${whose} ${highest.toFixed(1)} % for ${idle.minutes} minutes` };
}

type Measured = { key: string; mean_percent: number | string | null; first_ms: number | string | null };

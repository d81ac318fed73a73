import type { Int64 } from "../../base/int64.ts";
import type { LatestMetric, RunSummary } from "../../domain/tracked-run.ts";
import type { Store } from "../../store/open-store.ts";
import type { RunRecord } from "../../track/read-runs.ts";

/** Largest time that a date can represent, ms. */
const MAX_TIME_MS = 8.64e15;

/** Records as REST shows them, with experiment, programme and activity. */
export async function asSummaries(
  { db }: Store,
  records: readonly RunRecord[],
  programmes: readonly string[],
): Promise<RunSummary[]> {
  if (records.length === 0) return [];
  const experiments = await db.selectFrom("experiments").select(["experiment_id", "name", "programme"]).execute();
  const byId = new Map(experiments.map((experiment) => [experiment.experiment_id, experiment]));
  const activity = await db
    .selectFrom("activity")
    .select(({ fn }) => [
      "run_no",
      fn.max("last_ms").as("last_ms"),
      fn.sum<number | string>("last_ms").as("last_sum"),
      fn.sum<number | string>("opened_ms").as("opened_sum"),
    ])
    .where(
      "run_no",
      "in",
      records.map(({ info }) => info.run_no),
    )
    .groupBy("run_no")
    .execute();
  const byRun = new Map(activity.map((row) => [row.run_no, row]));
  return records.map(({ info, metrics, params, tags, datasets }) => {
    const experiment = byId.get(info.experiment_id)!;
    const seen = byRun.get(info.run_no);
    return {
      id: info.run_id,
      name: info.name,
      experimentId: String(info.experiment_id),
      experiment: experiment.name,
      programme: experiment.programme ?? programmes[0] ?? "",
      parentRunId: tags.find(({ key }) => key === "mlflow.parentRunId")?.value ?? null,
      status: info.status as RunSummary["status"],
      isDeleted: info.lifecycle_stage === "deleted",
      user: info.user_id,
      startedAt: isoTime(info.start_ms),
      endedAt: info.end_ms === null ? null : isoTime(info.end_ms),
      lastSeenAt: seen === undefined ? null : isoTime(seen.last_ms),
      activeSec: seen === undefined ? 0 : (Number(seen.last_sum) - Number(seen.opened_sum)) / 1000,
      metrics: metrics.map(({ key, value, step, timestamp }) => ({
        key,
        value: shownValue(value),
        step: shownInt(step),
        timestamp: isoTime(timestamp),
      })),
      params,
      tags,
      datasets: datasets.map(({ name, digest }) => ({ name, digest })),
    };
  });
}

/** A metric's value in JSON. */
export function shownValue(value: number): LatestMetric["value"] {
  return Number.isFinite(value) ? value : (String(value) as "NaN" | "Infinity" | "-Infinity");
}

/** A 64-bit integer in JSON. */
export function shownInt(value: Int64): number | string {
  return typeof value === "number" ? value : String(value);
}

/** Milliseconds since 1970 as ISO 8601; a time beyond the range of dates becomes the last valid one. */
export function isoTime(ms: Int64): string {
  return new Date(Math.max(-MAX_TIME_MS, Math.min(MAX_TIME_MS, Number(ms)))).toISOString();
}

import type { Store } from "../store/open-store.ts";
import { asColumns } from "../store/run-rows.ts";
import { writeAtOnce } from "../store/write-at-once.ts";
import { type MetricPoint, toStored } from "./points.ts";
import { KEEP_EXTREMES, LONG, MOST_STRETCHES, ROLLUP_COLUMNS, widenLong } from "./rollups.ts";
import { lockRun } from "./run-info.ts";

/** Maximum number of series in the statement; more take a transaction. */
const MOST_SERIES = 100;

const LATER = "(ready.step, ready.timestamp, ready.value) > (series.step, series.timestamp, series.value)";
const newest = (column: string): string =>
  `${column} = case when ${LATER} then ready.${column} else series.${column} end`;

/**
 * A run is locked before its series are read, but the statement sees the series as they were when it began. Therefore
 * `advanced` counts only series whose buckets are still the same, and the last line fails if one is missing.
 */
const LOG =
  "with logged as (select * from unnest(?::text[], ?::bigint[], ?::bigint[], ?::double precision[], ?::bigint[]) " +
  "as logged (key, timestamp, step, value, is_nan)), " +
  "run as materialized (select run_no from runs where run_id = ? and lifecycle_stage = 'active' for update), " +
  "known as materialized (select series_no, rollup_shift, logged.timestamp, logged.step, logged.value, logged.is_nan " +
  "from run join series on series.run_no = run.run_no join logged on logged.key = series.key " +
  `where rollup_shift is not null or written < ${LONG}), ` +
  "ready as materialized (select * from known where (select count(*) from known) = (select count(*) from logged)), " +
  "added as (insert into points (series_no, timestamp, step, value, is_nan) " +
  "select series_no, timestamp, step, value, is_nan from ready on conflict do nothing returning series_no), " +
  `advanced as (update series set ${["step", "timestamp", "value", "is_nan"].map(newest).join(", ")}, ` +
  "written = written + 1, stored = case when added.series_no is not null then series.stored + 1 end " +
  "from ready left join added on added.series_no = ready.series_no where series.series_no = ready.series_no " +
  "and series.rollup_shift is not distinct from ready.rollup_shift returning 1), " +
  `rolled as (insert into rollups (${ROLLUP_COLUMNS}) ` +
  "select series_no, step >> rollup_shift::integer, step, timestamp, value, step, timestamp, value from ready " +
  "where rollup_shift is not null and is_nan = 0 and abs(value) < 'Infinity' " +
  `${KEEP_EXTREMES} returning series_no, xmax = 0 as is_new), ` +
  "seen as (update activity set last_ms = ?, touches = touches + 1 from run " +
  "where activity.run_no = run.run_no and closed_ms is null and last_ms < ?) " +
  "select (select count(*) from ready) as points, array(select series_no from rolled where is_new and " +
  `(select count(*) from rollups where rollups.series_no = rolled.series_no) >= ${MOST_STRETCHES}) as wide, ` +
  "1 / (case when (select count(*) from advanced) = (select count(*) from ready) then 1 else 0 end) as checked";

/**
 * Logs one point per series with one statement, which saves the round trips of a transaction that reads first.
 * PostgreSQL only.
 *
 * @returns false if nothing was logged, because a series is new or is about to get rollups, the run cannot be changed,
 * or the statement failed: then a transaction has to decide
 */
export async function logKnownSeries(
  store: Store,
  runId: string,
  { metrics, nowMs }: { metrics: readonly MetricPoint[]; nowMs: number },
): Promise<boolean> {
  if (!isOneEach(metrics)) return false;
  const columns = asColumns(metrics.map(({ key, ...point }) => [key, ...inOrder(point)]));
  const given = [...columns, runId, nowMs, nowMs];
  const [answer] = await writeAtOnce<{ points: number; wide: number[] }>(store, LOG, given).catch(
    () => [], // the transaction that follows fails in the same way, or succeeds
  );
  if (answer === undefined || answer.points === 0) return false;
  if (answer.wide.length > 0) {
    await store.write(async (db) => {
      await lockRun(db, runId);
      await widenLong(db, answer.wide);
    });
  }
  return true;
}

function inOrder(point: Omit<MetricPoint, "key">): unknown[] {
  const { timestamp, step, value, is_nan } = toStored(point);
  return [timestamp, step, value, is_nan];
}

function isOneEach(metrics: readonly MetricPoint[]): boolean {
  if (metrics.length === 0 || metrics.length > MOST_SERIES) return false;
  return new Set(metrics.map(({ key }) => key)).size === metrics.length && metrics.every(({ of }) => of === undefined);
}

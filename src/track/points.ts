import type { Int64 } from "../base/int64.ts";
import type { Db } from "../store/database.ts";
import { insertRows } from "../store/insert-rows.ts";
import { type RowsStatement, runRows } from "../store/run-rows.ts";
import { kindOf, run } from "../store/statement.ts";
import { rollUp } from "./rollups.ts";

/** One value of a metric. `timestamp` is milliseconds since 1970; a value may be NaN or infinite. */
export type MetricPoint = {
  key: string;
  value: number;
  timestamp: Int64;
  step: Int64;
  /** Logged model that it is of; the dataset that it was measured on. */
  of?: { modelId: string; datasetName: string; datasetDigest: string } | undefined;
};

/** A point as it is stored: NaN has a column of its own. */
type Stored = { value: number; is_nan: number; timestamp: Int64; step: Int64 };

type Series = { series_no: number; key: string; written: number; rollup_shift: number | null } & Stored;

const KNOWN = {
  sqlite:
    "select series_no, key, step, timestamp, value, is_nan, written, rollup_shift from series where run_no = ? and key in (select value from json_each(?))",
  postgres:
    "select series_no, key, step, timestamp, value, is_nan, written, rollup_shift from series where run_no = ? and key = any(array(select json_array_elements_text(?::json)))",
};
const CREATE =
  "insert into series (run_no, key, step, timestamp, value, is_nan, written) values (?, ?, ?, ?, ?, ?, ?) returning series_no";
const ADVANCE: RowsStatement = {
  each: "update series set step = ?, timestamp = ?, value = ?, is_nan = ?, written = ? where series_no = ?",
  together:
    "update series set step = newer.step, timestamp = newer.timestamp, value = newer.value, is_nan = newer.is_nan, " +
    "written = newer.written from ROWS as newer (step, timestamp, value, is_nan, written, series_no) " +
    "where series.series_no = newer.series_no",
  types: ["bigint", "bigint", "double precision", "bigint", "bigint", "bigint"],
};
const POINT_COLUMNS = {
  series_no: "bigint",
  timestamp: "bigint",
  step: "bigint",
  value: "double precision",
  is_nan: "bigint",
} as const;

/**
 * Adds points to the series of a run, whose row is locked. A point that is already there is dropped, so a retry changes
 * nothing; each series keeps its latest point by (step, timestamp, value).
 */
export async function logPoints(db: Db, runNo: number, points: readonly MetricPoint[]): Promise<void> {
  if (points.length === 0) return;
  const byKey = new Map<string, Stored[]>();
  for (const { key, ...point } of points) {
    const stored = byKey.get(key);
    if (stored === undefined) byKey.set(key, [toStored(point)]);
    else stored.push(toStored(point));
  }
  const known = await run<Series>(db, KNOWN[kindOf(db)], [runNo, JSON.stringify([...byKey.keys()])]);
  const before = new Map(known.map((series) => [series.key, series]));
  const rows: unknown[][] = [];
  const advanced: unknown[][] = [];
  const after: { series: SeriesState; added: readonly Stored[] }[] = [];
  for (const [key, added] of byKey) {
    const old = before.get(key);
    const series = old === undefined ? await createSeries(db, runNo, { key, added }) : advance(old, added, advanced);
    for (const { timestamp, step, value, is_nan } of added)
      rows.push([series.series_no, timestamp, step, value, is_nan]);
    after.push({ series, added });
  }
  await runRows(db, ADVANCE, advanced);
  await insertRows(db, { table: "points", columns: POINT_COLUMNS, rows });
  for (const { series, added } of after) {
    await rollUp(
      db,
      series,
      added.filter(({ is_nan, value }) => is_nan === 0 && Number.isFinite(value)),
    );
  }
}

type SeriesState = Pick<Series, "series_no" | "written" | "rollup_shift">;

async function createSeries(
  db: Db,
  runNo: number,
  { key, added }: { key: string; added: readonly Stored[] },
): Promise<SeriesState> {
  const { step, timestamp, value, is_nan } = latest(added);
  const values = [runNo, key, step, timestamp, value, is_nan, added.length];
  const [created] = await run<{ series_no: number }>(db, CREATE, values);
  return { series_no: created!.series_no, written: added.length, rollup_shift: null };
}

/** The series of a key after points were added: its latest point and its count go to `advanced`. */
function advance(old: Series, added: readonly Stored[], advanced: unknown[][]): SeriesState {
  const newest = latest(added);
  const { step, timestamp, value, is_nan } = isLater(newest, old) ? newest : old;
  const written = old.written + added.length;
  advanced.push([step, timestamp, value, is_nan, written, old.series_no]);
  return { series_no: old.series_no, written, rollup_shift: old.rollup_shift };
}

function latest(points: readonly Stored[]): Stored {
  return points.reduce((best, point) => (isLater(point, best) ? point : best));
}

/** The point as it is stored. */
export function toStored({ value, timestamp, step }: Omit<MetricPoint, "key">): Stored {
  return Number.isNaN(value) ? { value: 0, is_nan: 1, timestamp, step } : { value, is_nan: 0, timestamp, step };
}

/** Whether a point is later than another of its series. */
export function isLater(one: Stored, other: Stored): boolean {
  if (one.step !== other.step) return one.step > other.step;
  if (one.timestamp !== other.timestamp) return one.timestamp > other.timestamp;
  return one.value > other.value;
}

/** The value of a stored point. */
export function pointValue({ value, is_nan }: { value: number; is_nan: number }): number {
  return is_nan === 1 ? Number.NaN : value;
}

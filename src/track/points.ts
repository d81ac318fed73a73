import type { Int64 } from "../base/int64.ts";
import type { Db, Row } from "../store/database.ts";
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

type Series = Pick<Row<"series">, "series_no" | "key" | "written" | "rollup_shift" | "stored"> & Stored;

const KNOWN = {
  sqlite:
    "select series_no, key, step, timestamp, value, is_nan, written, rollup_shift, stored from series where run_no = ? and key in (select value from json_each(?))",
  postgres:
    "select series_no, key, step, timestamp, value, is_nan, written, rollup_shift, stored from series where run_no = ? and key = any(array(select json_array_elements_text(?::json)))",
};
const CREATE =
  "insert into series (run_no, key, step, timestamp, value, is_nan, written) values (?, ?, ?, ?, ?, ?, ?) returning series_no";
const ADVANCE: RowsStatement = {
  each: "update series set step = ?, timestamp = ?, value = ?, is_nan = ?, written = ?, stored = ? where series_no = ?",
  together:
    "update series set step = newer.step, timestamp = newer.timestamp, value = newer.value, is_nan = newer.is_nan, " +
    "written = newer.written, stored = newer.stored " +
    "from ROWS as newer (step, timestamp, value, is_nan, written, stored, series_no) " +
    "where series.series_no = newer.series_no",
  types: ["bigint", "bigint", "double precision", "bigint", "bigint", "bigint", "bigint"],
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
  const after: { series: Series; added: readonly Stored[] }[] = [];
  for (const [key, added] of byKey) {
    const series = advanced(before.get(key) ?? (await createSeries(db, runNo, { key, added })), added);
    for (const { timestamp, step, value, is_nan } of added)
      rows.push([series.series_no, timestamp, step, value, is_nan]);
    after.push({ series, added });
  }
  const inserted = await insertRows(db, { table: "points", columns: POINT_COLUMNS, rows });
  await runRows(
    db,
    ADVANCE,
    after.map(({ series }) => [
      series.step,
      series.timestamp,
      series.value,
      series.is_nan,
      series.written,
      inserted === rows.length ? series.stored : null, // a repeat was dropped: which series had it is unknown
      series.series_no,
    ]),
  );
  for (const { series, added } of after) {
    await rollUp(
      db,
      series,
      added.filter(({ is_nan, value }) => is_nan === 0 && Number.isFinite(value)),
    );
  }
}

/** A new series: its latest point is that of the points which are about to be added, of which none is counted yet. */
async function createSeries(
  db: Db,
  runNo: number,
  { key, added }: { key: string; added: readonly Stored[] },
): Promise<Series> {
  const newest = latest(added);
  const { step, timestamp, value, is_nan } = newest;
  const [created] = await run<{ series_no: number }>(db, CREATE, [runNo, key, step, timestamp, value, is_nan, 0]);
  return { ...newest, series_no: created!.series_no, key, written: 0, stored: 0, rollup_shift: null };
}

/** A series after points were added: its latest point and its counts. */
function advanced(series: Series, added: readonly Stored[]): Series {
  const newest = latest(added);
  const { step, timestamp, value, is_nan } = isLater(newest, series) ? newest : series;
  return {
    ...series,
    step,
    timestamp,
    value,
    is_nan,
    written: series.written + added.length,
    stored: series.stored === null ? null : series.stored + added.length,
  };
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

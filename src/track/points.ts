import type { Int64 } from "../base/int64.ts";
import type { Db, Row } from "../store/database.ts";
import { insertRows } from "../store/insert-rows.ts";
import { sendWithCommit } from "../store/last-statements.ts";
import { asColumns, runEach } from "../store/run-rows.ts";
import { kindOf, run } from "../store/statement.ts";
import { rollUp } from "./rollups.ts";

/** One value of a metric. `timestamp` is milliseconds since 1970; a value may be NaN or infinite. */
export type MetricPoint = {
  key: string;
  value: number;
  timestamp: Int64;
  step: Int64;
  /** The logged model to which it belongs, and the dataset on which it was measured. */
  of?: { modelId: string; datasetName: string; datasetDigest: string } | undefined;
};

/** A point as stored: NaN has a separate column. */
type Stored = { value: number; is_nan: number; timestamp: Int64; step: Int64 };

type Series = Pick<Row<"series">, "series_no" | "key" | "written" | "rollup_shift" | "stored"> & Stored;

const SERIES_OF_RUN =
  "select series_no, key, step, timestamp, value, is_nan, written, rollup_shift, stored from series " +
  "where run_no = (select run_no from runs where run_id = ?) and key in";
const KNOWN = {
  sqlite: `${SERIES_OF_RUN} (select value from json_each(?))`,
  postgres: `${SERIES_OF_RUN} (select json_array_elements_text(?::json))`,
};
const NEW_SERIES = "insert into series (run_no, key, step, timestamp, value, is_nan, written)";
const CREATE = {
  sqlite: `${NEW_SERIES} values (?, ?, ?, ?, ?, ?, 0) returning series_no, key`,
  postgres:
    `${NEW_SERIES} select *, 0 from unnest(?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ` +
    "?::double precision[], ?::bigint[]) returning series_no, key",
};
const ADVANCE =
  "update series set step = ?, timestamp = ?, value = ?, is_nan = ?, written = ?, stored = ? where series_no = ?";
/**
 * Adds points and updates their series, in one statement. If fewer points were added than sent, some were repeats and
 * were dropped.
 */
const ADD =
  "with added as (insert into points (series_no, timestamp, step, value, is_nan) " +
  "select * from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::double precision[], ?::bigint[]) " +
  "on conflict do nothing returning 1) " +
  "update series set step = newer.step, timestamp = newer.timestamp, value = newer.value, is_nan = newer.is_nan, " +
  "written = newer.written, stored = case when (select count(*) from added) = ? then newer.stored end " +
  "from unnest(?::bigint[], ?::bigint[], ?::double precision[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) " +
  "as newer (step, timestamp, value, is_nan, written, stored, series_no) where series.series_no = newer.series_no";
const POINT_COLUMNS = {
  series_no: "bigint",
  timestamp: "bigint",
  step: "bigint",
  value: "double precision",
  is_nan: "bigint",
} as const;

/** Series of a run by key, before points are added. */
export type KnownSeries = ReadonlyMap<string, Series>;

/** Series of a run for the keys of some points; empty for a run that does not exist. */
export async function knownSeries(db: Db, runId: string, points: readonly MetricPoint[]): Promise<KnownSeries> {
  if (points.length === 0) return new Map();
  const keys = [...new Set(points.map(({ key }) => key))];
  const known = await run<Series>(db, KNOWN[kindOf(db)], [runId, JSON.stringify(keys)]);
  return new Map(known.map((series) => [series.key, series]));
}

/**
 * Adds points to the series of a run, whose row is locked. A point that already exists is dropped, so a retry changes
 * nothing. Each series stores its latest point by (step, timestamp, value).
 *
 * @param known  series of the run for the keys of the points, read after the run was locked
 */
export async function logPoints(
  db: Db,
  { runNo, known }: { runNo: number; known: KnownSeries },
  points: readonly MetricPoint[],
): Promise<void> {
  if (points.length === 0) return;
  const byKey = new Map<string, Stored[]>();
  for (const { key, ...point } of points) {
    const stored = byKey.get(key);
    if (stored === undefined) byKey.set(key, [toStored(point)]);
    else stored.push(toStored(point));
  }
  const created = await createSeries(db, runNo, new Map([...byKey].filter(([key]) => !known.has(key))));
  const rows: unknown[][] = [];
  const after: { series: Series; added: readonly Stored[] }[] = [];
  for (const [key, added] of byKey) {
    const series = advanced((known.get(key) ?? created.get(key))!, added);
    for (const { timestamp, step, value, is_nan } of added)
      rows.push([series.series_no, timestamp, step, value, is_nan]);
    after.push({ series, added });
  }
  await addPoints(
    db,
    rows,
    after.map(({ series }) => series),
  );
  await rollUp(
    db,
    after.map(({ series, added }) => ({
      series,
      added: added.filter(({ is_nan, value }) => is_nan === 0 && Number.isFinite(value)),
    })),
  );
}

/** Stores points, and the series updated with them. */
async function addPoints(db: Db, rows: readonly unknown[][], after: readonly Series[]): Promise<void> {
  const values = ({ step, timestamp, value, is_nan, written }: Series): unknown[] => [
    step,
    timestamp,
    value,
    is_nan,
    written,
  ];
  if (kindOf(db) === "postgres") {
    const advances = after.map((series) => [...values(series), series.stored, series.series_no]);
    await sendWithCommit(db, run(db, ADD, [...asColumns(rows), rows.length, ...asColumns(advances)]));
    return;
  }
  const inserted = await insertRows(db, { table: "points", columns: POINT_COLUMNS, rows });
  const hasAll = inserted === rows.length; // otherwise a repeat was dropped, in an unknown series
  await runEach(
    db,
    ADVANCE,
    after.map((series) => [...values(series), hasAll ? series.stored : null, series.series_no]),
  );
}

/**
 * Creates series by key. Their latest points are taken from the points about to be added, none of which is counted yet.
 */
async function createSeries(
  db: Db,
  runNo: number,
  added: ReadonlyMap<string, readonly Stored[]>,
): Promise<KnownSeries> {
  const newest = new Map([...added].map(([key, points]) => [key, latest(points)]));
  const rows = [...newest].map(([key, point]) => [runNo, key, point.step, point.timestamp, point.value, point.is_nan]);
  if (rows.length === 0) return new Map();
  const numbers =
    kindOf(db) === "sqlite"
      ? (await Promise.all(rows.map((row) => run<Created>(db, CREATE.sqlite, row)))).flat()
      : await run<Created>(db, CREATE.postgres, asColumns(rows));
  return new Map(
    numbers.map(({ series_no, key }) => [
      key,
      { ...newest.get(key)!, series_no, key, written: 0, stored: 0, rollup_shift: null },
    ]),
  );
}

type Created = Pick<Row<"series">, "series_no" | "key">;

/** A series after adding points: its latest point and its counts. */
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

/** The stored form of a point. */
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

import type { Int64 } from "../base/int64.ts";
import type { Db } from "../store/database.ts";
import { insertRows } from "../store/insert-rows.ts";
import { kindOf, run } from "../store/statement.ts";

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

type Series = { series_no: number; key: string } & Stored;

const KNOWN = {
  sqlite:
    "select series_no, key, step, timestamp, value, is_nan from series where run_no = ? and key in (select value from json_each(?))",
  postgres:
    "select series_no, key, step, timestamp, value, is_nan from series where run_no = ? and key = any(array(select json_array_elements_text(?::json)))",
};
const CREATE =
  "insert into series (run_no, key, step, timestamp, value, is_nan) values (?, ?, ?, ?, ?, ?) returning series_no";
const ADVANCE = "update series set step = ?, timestamp = ?, value = ?, is_nan = ? where series_no = ?";
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
  const latest = new Map<string, Stored>();
  for (const { key, ...point } of points) {
    const stored = toStored(point);
    const best = latest.get(key);
    if (best === undefined || isLater(stored, best)) latest.set(key, stored);
  }
  const known = await run<Series>(db, KNOWN[kindOf(db)], [runNo, JSON.stringify([...latest.keys()])]);
  const numbers = new Map(known.map(({ key, series_no }) => [key, series_no]));
  const before = new Map(known.map((series) => [series.key, series]));
  for (const [key, { step, timestamp, value, is_nan }] of latest) {
    const old = before.get(key);
    if (old === undefined) {
      const [created] = await run<{ series_no: number }>(db, CREATE, [runNo, key, step, timestamp, value, is_nan]);
      numbers.set(key, created!.series_no);
    } else if (isLater({ step, timestamp, value, is_nan }, old)) {
      await run(db, ADVANCE, [step, timestamp, value, is_nan, old.series_no]);
    }
  }
  const rows = points.map(({ key, ...point }) => {
    const { timestamp, step, value, is_nan } = toStored(point);
    return [numbers.get(key), timestamp, step, value, is_nan];
  });
  await insertRows(db, { table: "points", columns: POINT_COLUMNS, rows });
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

import type { Int64 } from "../base/int64.ts";
import type { Db, Row } from "../store/database.ts";
import { sendWithCommit } from "../store/last-statements.ts";
import { type RowsStatement, runRows } from "../store/run-rows.ts";
import { kindOf, run } from "../store/statement.ts";

/** A finite point of a series. */
export type FinitePoint = { step: Int64; timestamp: Int64; value: number };

type Rollup = Row<"rollups">;

/** Number of points from which a series has rollups; below it, a chart reads all points. */
export const LONG = 2048;

/** Maximum number of buckets of a series; beyond it, they are made four times as wide. */
export const MOST_STRETCHES = 1024;

/** Columns of a rollup. */
export const ROLLUP_COLUMNS =
  "series_no, stretch, low_step, low_timestamp, low_value, high_step, high_timestamp, high_value";
/** Widens the extremes of a bucket that exists. */
export const KEEP_EXTREMES =
  "on conflict (series_no, stretch) do update set " +
  "low_step = case when excluded.low_value < rollups.low_value then excluded.low_step else rollups.low_step end, " +
  "low_timestamp = case when excluded.low_value < rollups.low_value then excluded.low_timestamp else rollups.low_timestamp end, " +
  "low_value = case when excluded.low_value < rollups.low_value then excluded.low_value else rollups.low_value end, " +
  "high_step = case when excluded.high_value > rollups.high_value then excluded.high_step else rollups.high_step end, " +
  "high_timestamp = case when excluded.high_value > rollups.high_value then excluded.high_timestamp else rollups.high_timestamp end, " +
  "high_value = case when excluded.high_value > rollups.high_value then excluded.high_value else rollups.high_value end";
const UPSERT: RowsStatement = {
  each: `insert into rollups (${ROLLUP_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?) ${KEEP_EXTREMES}`,
  together: `insert into rollups (${ROLLUP_COLUMNS}) select * from ROWS ${KEEP_EXTREMES}`,
  types: ["bigint", "bigint", "bigint", "bigint", "double precision", "bigint", "bigint", "double precision"],
};

const COUNTED =
  "select series_no, rollup_shift, (select count(*) from rollups where rollups.series_no = series.series_no) as stretches " +
  "from series where series_no in";
const COUNT = {
  sqlite: `${COUNTED} (select value from json_each(?))`,
  postgres: `${COUNTED} (select json_array_elements_text(?::json)::bigint)`,
};
const SHIFT = "update series set rollup_shift = ? where series_no = ?";

/** A series after points were added, and the finite points among them. */
export type Grown = {
  /** `written`: points so far; `rollup_shift`: width of its buckets, null before it has any. */
  series: { series_no: number; written: number; rollup_shift: number | null };
  added: readonly FinitePoint[];
};

/** Updates the rollups of series with points that were added to them. A repeat changes nothing. */
export async function rollUp(db: Db, grown: readonly Grown[]): Promise<void> {
  const buckets: Rollup[] = [];
  for (const { series, added } of grown) {
    if (series.rollup_shift !== null) buckets.push(...stretched(series.series_no, added, series.rollup_shift));
    else if (series.written > LONG) await build(db, series.series_no);
  }
  if (buckets.length === 0) return;
  await sendWithCommit(db, runRows(db, UPSERT, buckets.map(asRow)));
  await widenLong(db, [...new Set(buckets.map(({ series_no }) => series_no))]);
}

/** Widens the buckets of series that have too many. */
export async function widenLong(db: Db, seriesNos: readonly number[]): Promise<void> {
  type Counted = { series_no: number; rollup_shift: number; stretches: number };
  const counts = await run<Counted>(db, COUNT[kindOf(db)], [JSON.stringify(seriesNos)]);
  for (const { series_no, rollup_shift, stretches } of counts) {
    if (stretches > MOST_STRETCHES) await widen(db, series_no, rollup_shift);
  }
}

/** Creates the rollups of a series that has become long, from all its points. */
async function build(db: Db, seriesNo: number): Promise<void> {
  const points = await db
    .selectFrom("points")
    .select(["step", "timestamp", "value"])
    .where("series_no", "=", seriesNo)
    .where("is_nan", "=", 0)
    .orderBy("step")
    .orderBy("timestamp")
    .execute();
  const finite = points.filter(({ value }) => Number.isFinite(value));
  let shift = 0;
  while (stretched(seriesNo, finite, shift).length > MOST_STRETCHES / 2) shift += 2;
  await runRows(db, UPSERT, stretched(seriesNo, finite, shift).map(asRow));
  await run(db, SHIFT, [shift, seriesNo]);
}

/** Widens the buckets of a series until their number is small enough. */
async function widen(db: Db, seriesNo: number, shift: number): Promise<void> {
  const rollups = await db
    .selectFrom("rollups")
    .selectAll()
    .where("series_no", "=", seriesNo)
    .orderBy("stretch")
    .execute();
  const ends = rollups.flatMap((rollup): FinitePoint[] => [
    { step: rollup.low_step, timestamp: rollup.low_timestamp, value: rollup.low_value },
    { step: rollup.high_step, timestamp: rollup.high_timestamp, value: rollup.high_value },
  ]);
  let wider = shift;
  do wider += 2;
  while (stretched(seriesNo, ends, wider).length > MOST_STRETCHES / 2);
  await db.deleteFrom("rollups").where("series_no", "=", seriesNo).execute();
  await runRows(db, UPSERT, stretched(seriesNo, ends, wider).map(asRow));
  await run(db, SHIFT, [wider, seriesNo]);
}

/** Lowest and highest point per bucket. */
function stretched(seriesNo: number, points: readonly FinitePoint[], shift: number): Rollup[] {
  const found = new Map<Int64, Rollup>();
  for (const { step, timestamp, value } of points) {
    const stretch = stretchOf(step, shift);
    const rollup = found.get(stretch);
    if (rollup === undefined) {
      found.set(stretch, {
        series_no: seriesNo,
        stretch,
        low_step: step,
        low_timestamp: timestamp,
        low_value: value,
        high_step: step,
        high_timestamp: timestamp,
        high_value: value,
      });
      continue;
    }
    if (value < rollup.low_value) Object.assign(rollup, { low_step: step, low_timestamp: timestamp, low_value: value });
    if (value > rollup.high_value)
      Object.assign(rollup, { high_step: step, high_timestamp: timestamp, high_value: value });
  }
  return [...found.values()];
}

/** The bucket of a step, which is the same for numbers and bigints. */
function stretchOf(step: Int64, shift: number): Int64 {
  if (typeof step === "number") return Math.floor(step / 2 ** shift);
  const stretch = step >> BigInt(shift);
  return stretch >= Number.MIN_SAFE_INTEGER && stretch <= Number.MAX_SAFE_INTEGER ? Number(stretch) : stretch;
}

function asRow(rollup: Rollup): unknown[] {
  const { series_no, stretch, low_step, low_timestamp, low_value, high_step, high_timestamp, high_value } = rollup;
  return [series_no, stretch, low_step, low_timestamp, low_value, high_step, high_timestamp, high_value];
}

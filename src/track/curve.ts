import type { Int64 } from "../base/int64.ts";
import type { Row } from "../store/database.ts";
import type { Store } from "../store/open-store.ts";
import { run } from "../store/statement.ts";
import { pointValue } from "./points.ts";

/** A point of a curve. */
export type CurvePoint = { step: Int64; timestamp: Int64; value: number };

/** A downsampled curve: the lowest and highest point of each interval of steps, and all values that are not finite. */
export type Curve = {
  key: string;
  /** Number of stored points. */
  count: number;
  points: CurvePoint[];
};

/** Selection of a curve: its key, the number of points, and the first and last step. */
export type CurveRequest = { key: string; points: number; from?: Int64 | undefined; to?: Int64 | undefined };

const COUNT = "select count(*) as stored from points where series_no = ?";
const NOT_FINITE =
  "select step, timestamp, value, is_nan from points where series_no = ? " +
  "and (is_nan = 1 or value > 1.7976931348623157e308 or value < -1.7976931348623157e308) order by timestamp, step";
const ENDS =
  "select * from (select step, timestamp, value, is_nan from points where series_no = ? order by timestamp limit 1) as oldest " +
  "union all select * from (select step, timestamp, value, is_nan from points where series_no = ? order by timestamp desc limit 1) as newest";

/** Reads the curve of one metric of a run; without points if the run does not have the metric. */
export async function readCurve({ db }: Pick<Store, "db">, runNo: number, request: CurveRequest): Promise<Curve> {
  const { key, points: wanted } = request;
  const series = await pointsOf({ db }, runNo, key);
  if (series === undefined) return { key, count: 0, points: [] };
  const { row, count } = series;
  const rolled = count > wanted ? await fromRollups({ db }, row, request) : undefined;
  const all = rolled ?? (await allPoints({ db }, row, request));
  return { key, count, points: thinned(all.toSorted(bySteps), wanted) };
}

/** The series of a metric of a run with its number of points; undefined if the run does not have the metric. */
export async function pointsOf(
  { db }: Pick<Store, "db">,
  runNo: number,
  key: string,
): Promise<{ row: Row<"series">; count: number } | undefined> {
  const row = await db
    .selectFrom("series")
    .selectAll()
    .where("run_no", "=", runNo)
    .where("key", "=", key)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.stored !== null) return { row, count: row.stored };
  const [count] = await run<{ stored: number }>(db, COUNT, [row.series_no]);
  return { row, count: count!.stored };
}

/** Candidates for a curve from the rollups of a series; undefined if they are too few for the requested steps. */
async function fromRollups(
  { db }: Pick<Store, "db">,
  series: Row<"series">,
  { points: wanted, from, to }: CurveRequest,
): Promise<CurvePoint[] | undefined> {
  const { series_no, rollup_shift } = series;
  if (rollup_shift === null) return undefined;
  let query = db.selectFrom("rollups").selectAll().where("series_no", "=", series_no);
  const width = 2 ** rollup_shift;
  if (from !== undefined) query = query.where("stretch", ">=", Math.floor(Number(from) / width));
  if (to !== undefined) query = query.where("stretch", "<=", Math.floor(Number(to) / width));
  const rollups = await query.execute();
  if (rollups.length < wanted / 4) return undefined;
  const isInRange = ({ step }: CurvePoint): boolean =>
    (from === undefined || step >= from) && (to === undefined || step <= to);
  const odd = await run<Row<"points">>(db, NOT_FINITE, [series_no]);
  // the extremes of a stretch that the range cuts may lie outside the range, so its points are read instead
  const cut = [
    ...(from === undefined ? [] : await allPoints({ db }, series, { from, to: edge(from, width) + width - 1 })),
    ...(to === undefined ? [] : await allPoints({ db }, series, { from: edge(to, width), to })),
  ];
  const ends = from === undefined && to === undefined ? await run<Row<"points">>(db, ENDS, [series_no, series_no]) : [];
  return [
    ...rollups.flatMap((rollup): CurvePoint[] => [
      { step: rollup.low_step, timestamp: rollup.low_timestamp, value: rollup.low_value },
      { step: rollup.high_step, timestamp: rollup.high_timestamp, value: rollup.high_value },
    ]),
    ...cut,
    ...[...odd, ...ends].map(({ step, timestamp, ...stored }) => ({ step, timestamp, value: pointValue(stored) })),
  ].filter(isInRange);
}

/** First step of the stretch that contains a step. */
function edge(step: Int64, width: number): number {
  return Math.floor(Number(step) / width) * width;
}

/** All points of a series, or those within a range of steps, unordered. */
export async function allPoints(
  { db }: Pick<Store, "db">,
  { series_no }: Row<"series">,
  { from, to }: Pick<CurveRequest, "from" | "to">,
): Promise<CurvePoint[]> {
  let query = db
    .selectFrom("points")
    .select(["step", "timestamp", "value", "is_nan"])
    .where("series_no", "=", series_no);
  if (from !== undefined) query = query.where("step", ">=", from);
  if (to !== undefined) query = query.where("step", "<=", to);
  const rows = await query.execute();
  return rows.map(({ step, timestamp, ...stored }) => ({ step, timestamp, value: pointValue(stored) }));
}

/** Maximum number of steps in one query: both databases take more parameters. */
const CHUNK = 10_000;

/** The points of a metric of a run at some steps, the newest last; none if the run does not have the metric. */
export async function pointsAt(
  { db }: Pick<Store, "db">,
  runNo: number,
  { key, steps }: { key: string; steps: readonly Int64[] },
): Promise<CurvePoint[]> {
  const series = await pointsOf({ db }, runNo, key);
  if (series === undefined) return [];
  const found: CurvePoint[] = [];
  for (let start = 0; start < steps.length; start += CHUNK) {
    const rows = await db
      .selectFrom("points")
      .select(["step", "timestamp", "value", "is_nan"])
      .where("series_no", "=", series.row.series_no)
      .where("step", "in", steps.slice(start, start + CHUNK))
      .execute();
    for (const { step, timestamp, ...stored } of rows) found.push({ step, timestamp, value: pointValue(stored) });
  }
  return found.toSorted(bySteps);
}

/** Orders points by step, time and value. */
export function bySteps(one: CurvePoint, other: CurvePoint): number {
  if (one.step !== other.step) return one.step < other.step ? -1 : 1;
  if (one.timestamp !== other.timestamp) return one.timestamp < other.timestamp ? -1 : 1;
  return one.value - other.value || 0;
}

/**
 * Lowest and highest value of each of `wanted / 2` intervals of steps, in order. All values that are not finite are
 * kept.
 */
function thinned(all: readonly CurvePoint[], wanted: number): CurvePoint[] {
  const distinct = all.filter((point, index) => index === 0 || !isSame(point, all[index - 1]!));
  if (distinct.length <= wanted) return distinct;
  const first = Number(distinct[0]!.step);
  const width = (Number(distinct.at(-1)!.step) - first) / Math.max(1, Math.floor(wanted / 2) - 1) || 1;
  const kept = new Set<number>();
  let [bucket, low, high] = [-1, -1, -1];
  for (const [index, { step, value }] of distinct.entries()) {
    if (!Number.isFinite(value)) {
      kept.add(index);
      continue;
    }
    const own = Math.floor((Number(step) - first) / width);
    if (own !== bucket) {
      if (low >= 0) kept.add(low).add(high);
      [bucket, low, high] = [own, index, index];
    }
    if (value < distinct[low]!.value) low = index;
    if (value > distinct[high]!.value) high = index;
  }
  if (low >= 0) kept.add(low).add(high);
  return distinct.filter((_, index) => kept.has(index));
}

function isSame(one: CurvePoint, other: CurvePoint): boolean {
  return one.step === other.step && one.timestamp === other.timestamp && Object.is(one.value, other.value);
}

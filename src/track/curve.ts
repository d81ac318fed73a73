import type { Int64 } from "../base/int64.ts";
import type { Store } from "../store/open-store.ts";
import { pointValue } from "./points.ts";

/** A curve of at most so many points: lowest and highest of each interval of steps, NaN and infinite values all kept. */
export type Curve = {
  key: string;
  /** Points that are stored. */
  count: number;
  points: { step: Int64; timestamp: Int64; value: number }[];
};

/** Which curve, of how many points, and from which step to which. */
export type CurveRequest = { key: string; points: number; from?: Int64 | undefined; to?: Int64 | undefined };

/** Reads the curve of one metric of a run; no points where it has none. */
export async function readCurve(
  { db }: Pick<Store, "db">,
  runNo: number,
  { key, points: wanted, from, to }: CurveRequest,
): Promise<Curve> {
  let query = db
    .selectFrom("points")
    .innerJoin("series", "series.series_no", "points.series_no")
    .select(["points.step", "points.timestamp", "points.value", "points.is_nan"])
    .where("run_no", "=", runNo)
    .where("key", "=", key)
    .orderBy("points.step")
    .orderBy("points.timestamp")
    .orderBy("points.value");
  if (from !== undefined) query = query.where("points.step", ">=", from);
  if (to !== undefined) query = query.where("points.step", "<=", to);
  const rows = await query.execute();
  const all = rows.map(({ step, timestamp, ...stored }) => ({ step, timestamp, value: pointValue(stored) }));
  return { key, count: all.length, points: thinned(all, wanted) };
}

/** Lowest and highest value of each of `wanted / 2` intervals of steps, in order; every value that is not finite stays. */
function thinned(all: Curve["points"], wanted: number): Curve["points"] {
  if (all.length <= wanted) return all;
  const first = Number(all[0]!.step);
  const width = (Number(all.at(-1)!.step) - first) / Math.max(1, Math.floor(wanted / 2)) || 1;
  const kept = new Set<number>([0, all.length - 1]);
  let [bucket, low, high] = [-1, -1, -1];
  for (const [index, { step, value }] of all.entries()) {
    if (!Number.isFinite(value)) {
      kept.add(index);
      continue;
    }
    const own = Math.floor((Number(step) - first) / width);
    if (own !== bucket) {
      if (low >= 0) kept.add(low).add(high);
      [bucket, low, high] = [own, index, index];
    }
    if (value < all[low]!.value) low = index;
    if (value > all[high]!.value) high = index;
  }
  if (low >= 0) kept.add(low).add(high);
  return all.filter((_, index) => kept.has(index));
}

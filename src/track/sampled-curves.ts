import type { Int64 } from "../base/int64.ts";
import type { Store } from "../store/open-store.ts";
import { allPoints, bySteps, type CurvePoint, type CurveRequest, pointsOf, readCurve } from "./curve.ts";

/** A run and the points of its curve. */
export type RunCurvePoints = { runId: string; points: CurvePoint[] };

/**
 * Number of points of one run from which its curve is read from rollups, without following MLflow's choice of steps.
 */
const MOST_READ = 2048;

/**
 * Curves of several runs with common steps, as MLflow samples them: every nth of the union of their steps, and the
 * first and last step of each. Values that would be lost are added: those that are not finite, and spikes between two
 * sampled steps.
 *
 * @source mlflow 3.11 server/handlers.py (get_metric_history_bulk_interval)
 */
export async function sampledCurves(
  store: Pick<Store, "db">,
  runs: readonly { runId: string; runNo: number }[],
  request: CurveRequest,
): Promise<RunCurvePoints[]> {
  const { key, from, to } = request;
  const read: (RunCurvePoints & { isLong: boolean })[] = [];
  for (const { runId, runNo } of runs) {
    const series = await pointsOf(store, runNo, key);
    const isLong = series !== undefined && series.count > MOST_READ;
    if (series === undefined) read.push({ runId, points: [], isLong });
    else if (isLong) read.push({ runId, points: (await readCurve(store, runNo, request)).points, isLong });
    else read.push({ runId, points: (await allPoints(store, series.row, { from, to })).toSorted(bySteps), isLong });
  }
  const short = read.filter(({ isLong }) => !isLong);
  const steps = sampledSteps(short, request.points);
  return read.map(({ runId, points, isLong }) => ({ runId, points: isLong ? points : kept(points, steps) }));
}

function sampledSteps(runs: readonly RunCurvePoints[], wanted: number): ReadonlySet<Int64> {
  const all = [...new Set(runs.flatMap(({ points }) => points.map(({ step }) => step)))].toSorted((one, other) =>
    one < other ? -1 : 1,
  );
  if (all.length <= wanted) return new Set(all);
  const sampled = Array.from({ length: wanted }, (_, index) => all[Math.floor((index * all.length) / wanted)]!);
  const ends = runs.flatMap(({ points }) => (points.length === 0 ? [] : [points[0]!.step, points.at(-1)!.step]));
  return new Set([...sampled, all.at(-1)!, ...ends]);
}

/**
 * Points at the given steps, all values that are not finite, and values between two steps that are lower or higher than
 * both.
 */
function kept(points: readonly CurvePoint[], steps: ReadonlySet<Int64>): CurvePoint[] {
  const result: CurvePoint[] = [];
  let between: CurvePoint[] = [];
  let before: CurvePoint | undefined;
  for (const point of points) {
    if (!steps.has(point.step)) {
      between.push(point);
      continue;
    }
    result.push(...spikes(between, [before, point]), point);
    [between, before] = [[], point];
  }
  return [...result, ...spikes(between, [before, undefined])];
}

function spikes(between: readonly CurvePoint[], ends: readonly (CurvePoint | undefined)[]): CurvePoint[] {
  const known = ends.flatMap((end) => (end !== undefined && Number.isFinite(end.value) ? [end.value] : []));
  const values = between.flatMap(({ value }) => (Number.isFinite(value) ? [value] : []));
  const lowest = values.reduce((low, value) => Math.min(low, value), Math.min(...known));
  const highest = values.reduce((high, value) => Math.max(high, value), Math.max(...known));
  const extremes = new Set([lowest, highest].filter((value) => !known.includes(value)));
  return between.filter(({ value }) => !Number.isFinite(value) || extremes.delete(value));
}

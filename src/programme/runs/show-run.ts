import { Failure } from "../../base/failure.ts";
import type { Int64 } from "../../base/int64.ts";
import type { RunCurves, TrackedRun } from "../../domain/tracked-run.ts";
import type { Store } from "../../store/open-store.ts";
import { activityOf } from "../../track/activity.ts";
import { pointsAt, readCurve } from "../../track/curve.ts";
import { readRuns } from "../../track/read-runs.ts";
import type { RunInfo } from "../../track/run-info.ts";
import { asSummaries, isoTime, shownInt, shownValue } from "./run-summary.ts";

/** Number of id characters that identify a run. */
const LEAST_DIGITS = 4;

/**
 * One run, by its id or its first characters.
 *
 * @throws Failure not_found; bad_input if several ids match
 */
export async function showRun(store: Store, id: string, programmes: readonly string[]): Promise<TrackedRun> {
  const info = await findRun(store, id);
  const [record] = await readRuns(store.db, [info]);
  const [summary] = await asSummaries(store, [record!], programmes);
  const intervals = await activityOf(store, info.run_no);
  return {
    ...summary!,
    artifactUri: `mlflow-artifacts:/${info.experiment_id}/${info.run_id}/artifacts`,
    datasets: record!.datasets.map(({ name, digest, sourceType, source, tags }) => ({
      name,
      digest,
      context: tags.find(({ key }) => key === "mlflow.data.context")?.value ?? null,
      sourceType,
      source,
    })),
    activity: intervals.map(({ openedMs, lastMs, closedMs }) => ({
      openedAt: isoTime(openedMs),
      lastAt: isoTime(lastMs),
      closedAt: closedMs === null ? null : isoTime(closedMs),
    })),
  };
}

/**
 * Metrics of a run as curves; default: all its metrics. With `x`, also the values of that metric at the steps of all
 * points.
 *
 * @throws Failure not_found, bad_input
 */
export async function runCurves(
  store: Store,
  id: string,
  { keys, points, x }: { keys: readonly string[]; points: number; x?: string | undefined },
): Promise<RunCurves> {
  const info = await findRun(store, id);
  const known = await store.db
    .selectFrom("series")
    .select("key")
    .where("run_no", "=", info.run_no)
    .orderBy("series_no")
    .execute();
  const wanted = keys.length === 0 ? known.map(({ key }) => key) : keys;
  const curves: RunCurves["curves"] = [];
  const steps = new Set<Int64>();
  for (const key of wanted) {
    const curve = await readCurve(store, info.run_no, { key, points });
    if (x !== undefined) for (const { step } of curve.points) steps.add(step);
    curves.push({
      key,
      count: curve.count,
      isThinned: curve.points.length < curve.count,
      points: curve.points.map(({ step, timestamp, value }) => [shownInt(step), Number(timestamp), shownValue(value)]),
    });
  }
  if (x === undefined) return { runId: info.run_id, curves };
  const values = await pointsAt(store, info.run_no, { key: x, steps: [...steps] });
  return { runId: info.run_id, curves, x: values.map(({ step, value }) => [shownInt(step), shownValue(value)]) };
}

async function findRun({ db }: Store, id: string): Promise<RunInfo> {
  const start = id.toLowerCase();
  if (!/^[\da-f]+$/.test(start) || start.length < LEAST_DIGITS) {
    throw new Failure("bad_input", `"${id}" is not the id of a run`, {
      hint: `use ${LEAST_DIGITS} to 32 hexadecimal digits, as tunewright runs list shows them`,
    });
  }
  const found = await db
    .selectFrom("runs")
    .selectAll()
    .where("run_id", ">=", start)
    .where("run_id", "<=", `${start}g`)
    .limit(2)
    .execute();
  if (found.length === 0) {
    throw new Failure("not_found", `no run has the id ${id}`, { hint: "tunewright runs list" });
  }
  if (found.length > 1)
    throw new Failure("bad_input", `several runs have an id that starts with ${id}`, { hint: "give more digits" });
  return found[0]!;
}

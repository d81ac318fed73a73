import { afterAll, beforeAll, expect, test } from "vitest";

import type { Store } from "../../src/store/open-store.ts";
import { createRun } from "../../src/track/create-run.ts";
import { logBatch } from "../../src/track/log-batch.ts";
import type { MetricPoint } from "../../src/track/points.ts";
import { openTestStore } from "../store/open-test-store.ts";

let store: Store;
let end: () => Promise<void>;
beforeAll(async () => {
  ({ store, end } = await openTestStore(() => new Date(1000)));
});
afterAll(() => end());

/** Points before a series gets rollups, and when their buckets are widened, with writers at once around both. */
const LENGTH = 4200;
const AROUND = [2030, 2080, 4080, 4120] as const;

const pointsAt = (step: number): MetricPoint[] =>
  ["loss", "odd"].map((key) => ({ key, value: valueAt(key, step), timestamp: 1 + step, step: step * 9 }));

function valueAt(key: string, step: number): number {
  if (key === "loss") return Math.sin(step * 1.7) + (step === 2050 ? 50 : 0);
  return [step, Number.NaN, Number.POSITIVE_INFINITY, -step][step % 4]!;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

async function newRun(): Promise<{ runNo: number; log: (metrics: MetricPoint[]) => Promise<void> }> {
  const { info } = await createRun(store, { experimentId: "0", userId: "ada", name: "r", startMs: 1, tags: [] }, 1000);
  const log = (metrics: MetricPoint[]): Promise<void> =>
    logBatch(store, info.run_id, { metrics, params: [], tags: [], nowMs: 1000 });
  return { runNo: info.run_no, log };
}

async function stored(runNo: number) {
  const series = await store.db.selectFrom("series").selectAll().where("run_no", "=", runNo).orderBy("key").execute();
  const ends = series.map(async ({ series_no, rollup_shift, written, ...latest }) => {
    const rollups = await store.db.selectFrom("rollups").selectAll().where("series_no", "=", series_no).execute();
    const { points } = await store.db
      .selectFrom("points")
      .select((eb) => eb.fn.countAll<number>().as("points"))
      .where("series_no", "=", series_no)
      .executeTakeFirstOrThrow();
    return {
      ...latest,
      run_no: undefined,
      points,
      hasRollups: rollup_shift !== null && rollups.length <= 1024,
      lowest: Math.min(...rollups.map(({ low_value }) => low_value)),
      highest: Math.max(...rollups.map(({ high_value }) => high_value)),
      covered: written >= LENGTH,
    };
  });
  return Promise.all(ends);
}

test("points logged one by one by several writers are stored like those of one batch", async () => {
  const [whole, single] = [await newRun(), await newRun()];
  await whole.log(range(0, LENGTH).flatMap(pointsAt));
  const [from, to, fromWide, toWide] = AROUND;
  const inBatches = [range(0, from), range(to, fromWide), range(toWide, LENGTH)];
  const oneByOne = [range(from, to), range(fromWide, toWide)];
  await single.log(inBatches[0]!.flatMap(pointsAt));
  await Promise.all(oneByOne[0]!.toReversed().map((step) => single.log(pointsAt(step))));
  await single.log(inBatches[1]!.flatMap(pointsAt));
  await Promise.all(oneByOne[1]!.map((step) => single.log(pointsAt(step))));
  await single.log(inBatches[2]!.flatMap(pointsAt));
  expect(await stored(single.runNo)).toEqual(await stored(whole.runNo));
});

test("a repeated point is stored once, and its series is counted anew", async () => {
  const { runNo, log } = await newRun();
  for (const step of [0, 1, 1, 0, 2]) await log(pointsAt(step));
  const [loss] = await stored(runNo);
  expect(loss).toMatchObject({ points: 3, step: 18, timestamp: 3, value: valueAt("loss", 2), stored: null });
});

test("a run that is deleted or does not exist takes no points", async () => {
  const { runNo, log } = await newRun();
  await log(pointsAt(0));
  await store.write((db) =>
    db.updateTable("runs").set({ lifecycle_stage: "deleted" }).where("run_no", "=", runNo).execute(),
  );
  await expect(log(pointsAt(1))).rejects.toThrow("must be in the 'active' state");
  expect((await stored(runNo))[0]).toMatchObject({ points: 1 });
  const absent = logBatch(store, "0".repeat(32), { metrics: pointsAt(0), params: [], tags: [], nowMs: 1 });
  await expect(absent).rejects.toThrow("not found");
});

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Store } from "../../src/store/open-store.ts";
import { createRun } from "../../src/track/create-run.ts";
import { type CurvePoint, readCurve } from "../../src/track/curve.ts";
import { logBatch } from "../../src/track/log-batch.ts";
import { openTestStore } from "../store/open-test-store.ts";
import { lawRuns } from "../law-runs.ts";

let store: Store;
let end: () => Promise<void>;
beforeAll(async () => {
  ({ store, end } = await openTestStore(() => new Date(1000)));
});
afterAll(() => end());

const BATCH = 1000;

/** Logs values at the steps `index * spacing`, in an order of its own, and reads their curve. */
async function curveOf(
  values: readonly number[],
  { spacing, seed, points }: { spacing: number; seed: number; points: number },
) {
  const wanted = { experimentId: "0", userId: "ada", name: "r", startMs: 1, tags: [] };
  const { info } = await createRun(store, wanted, 1000);
  const all = values.map((value, index) => ({ key: "loss", value, timestamp: index + 1, step: index * spacing }));
  const mixed =
    seed === 0 ? all : all.toSorted((a, b) => ((a.step * 7919 + seed) % 1009) - ((b.step * 7919 + seed) % 1009));
  for (let start = 0; start < mixed.length; start += BATCH) {
    const metrics = mixed.slice(start, start + BATCH);
    await logBatch(store, info.run_id, { metrics, params: [], tags: [], nowMs: 1000 });
    if (start === 0) await logBatch(store, info.run_id, { metrics, params: [], tags: [], nowMs: 1000 }); // a retry
  }
  return readCurve(store, info.run_no, { key: "loss", points });
}

test("a curve of any long series is in order, of points that were logged, and has its spikes and its gaps", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        length: fc.integer({ min: 1, max: 6000 }),
        spacing: fc.constantFrom(1, 3, 10, 1000),
        seed: fc.integer({ min: 0, max: 5 }),
        spikes: fc.array(fc.nat(5999), { maxLength: 3 }),
        gaps: fc.array(fc.nat(5999), { maxLength: 5 }),
      }),
      async ({ length, spacing, seed, spikes, gaps }) => {
        const values = Array.from({ length }, (_, index) => Math.sin(index / 50));
        for (const spike of spikes) if (spike < length) values[spike] = 100 + spike;
        for (const [index, gap] of gaps.entries()) {
          if (gap < length) values[gap] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][index % 3]!;
        }
        const { count, points } = await curveOf(values, { spacing, seed, points: 100 });
        const oddCount = values.filter((value) => !Number.isFinite(value)).length;
        const finite = values.filter((value) => Number.isFinite(value));
        expect(count).toBe(length);
        expect(points.length).toBeLessThanOrEqual(100 + oddCount + 2);
        const steps = points.map(({ step }) => Number(step));
        expect(steps).toEqual(steps.toSorted((a, b) => a - b));
        for (const { step, value } of points) expect(value).toBe(values[Number(step) / spacing]);
        const kept = points.filter(({ value }) => Number.isFinite(value)).map(({ value }) => value);
        if (finite.length > 0) {
          expect(Math.max(...kept)).toBe(Math.max(...finite));
          expect(Math.min(...kept)).toBe(Math.min(...finite));
        }
        expect(points.filter(({ value }) => !Number.isFinite(value)).length).toBe(oddCount);
      },
    ),
    { numRuns: lawRuns(24), seed: 7 },
  );
});

test("a part of a long curve is read at the density that it is asked for", async () => {
  const wanted = { experimentId: "0", userId: "ada", name: "r", startMs: 1, tags: [] };
  const { info } = await createRun(store, wanted, 1000);
  for (let start = 0; start < 8000; start += BATCH) {
    const metrics = Array.from({ length: BATCH }, (_, index) => ({
      key: "loss",
      value: start + index,
      timestamp: start + index + 1,
      step: start + index,
    }));
    await logBatch(store, info.run_id, { metrics, params: [], tags: [], nowMs: 1000 });
  }
  const part = async (from: number, to: number): Promise<CurvePoint[]> =>
    (await readCurve(store, info.run_no, { key: "loss", points: 100, from, to })).points;
  expect((await part(1000, 1049)).map(({ value }) => value)).toEqual(
    Array.from({ length: 50 }, (_, index) => 1000 + index),
  );
  const wide = await part(1000, 7999);
  expect([wide.at(0)!.value, wide.at(-1)!.value, wide.length > 50 && wide.length <= 102]).toEqual([1000, 7999, true]);
});

test("the count of a curve is that of its distinct points, whatever is sent again and with what", async () => {
  const metric = fc.record({
    key: fc.constantFrom("a", "b"),
    value: fc.constantFrom(0, 1, Number.NaN),
    timestamp: fc.integer({ min: 0, max: 3 }),
    step: fc.integer({ min: 0, max: 3 }),
  });
  const batches = fc.array(fc.array(metric, { maxLength: 8 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(batches, async (sent) => {
      const wanted = { experimentId: "0", userId: "ada", name: "r", startMs: 1, tags: [] };
      const { info } = await createRun(store, wanted, 1000);
      for (const metrics of sent) await logBatch(store, info.run_id, { metrics, params: [], tags: [], nowMs: 1000 });
      for (const key of ["a", "b"]) {
        const own = sent.flat().filter((point) => point.key === key);
        const distinct = new Set(own.map(({ step, timestamp, value }) => `${step} ${timestamp} ${value}`));
        const { count } = await readCurve(store, info.run_no, { key, points: 100 });
        expect(count).toBe(distinct.size);
      }
    }),
    { numRuns: lawRuns(80), seed: 11 },
  );
});

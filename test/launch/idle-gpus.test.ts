import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { idleLimit } from "../../src/programme/training/idle-gpus.ts";
import type { Store } from "../../src/store/open-store.ts";
import { logBatch } from "../../src/track/log-batch.ts";
import { makeRun } from "../ledger/made-run.ts";
import { openTestStore } from "../store/open-test-store.ts";

const NOW = Date.UTC(2026, 10, 29, 12);
const MINUTE = 60_000;
const RUN = "a".repeat(32);
const STARTED = NOW - 120 * MINUTE;

let store: Store;
let end: () => Promise<void>;
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => new Date(NOW)));
  await makeRun(store, { id: RUN, intervals: [[STARTED, NOW, true]] });
  await store.write((db) => db.updateTable("runs").set({ status: "RUNNING" }).execute());
});
afterEach(() => end());

/** Logs the utilisation of a GPU every minute, from and to some minutes before now. */
async function log(gpu: string, percent: number, [from, to]: [from: number, to: number] = [60, 0]): Promise<void> {
  const metrics = Array.from({ length: from - to + 1 }, (_, index) => ({
    key: `system/${gpu}_utilization_percentage`,
    value: percent,
    timestamp: NOW - (from - index) * MINUTE,
    step: index,
  }));
  await logBatch(store, RUN, { metrics, params: [], tags: [], nowMs: NOW });
}

const limit = (startedMs = STARTED): ReturnType<typeof idleLimit> =>
  idleLimit(store, RUN, { idle: { minutes: 30, minUtilizationPercent: 5 }, nowMs: NOW, startedMs });

describe("the limit on idle GPUs", () => {
  test("stops a run whose only GPU is idle", async () => {
    await log("gpu_0", 1);
    expect(await limit()).toEqual({ reason: "idle", detail: "GPU utilisation was 1.0 % for 30 minutes" });
  });

  test("sees GPUs whose keys carry the name of their machine", async () => {
    await log("node-1/gpu_0", 1);
    await log("node-2/gpu_0", 3);
    const detail = "utilisation of each of 2 GPUs was at most 3.0 % for 30 minutes";
    expect(await limit()).toEqual({ reason: "idle", detail });
  });

  test("does not stop a run with one busy GPU, although the mean of all is below the limit", async () => {
    for (const gpu of [0, 1, 2, 3, 4, 5, 6]) await log(`node-1/gpu_${gpu}`, 0);
    await log("node-2/gpu_0", 30);
    expect(await limit()).toBeUndefined();
  });

  test("does not stop a run of which one GPU is not measured at the beginning of the window", async () => {
    await log("gpu_0", 0);
    await log("gpu_1", 0, [15, 0]);
    expect(await limit()).toBeUndefined();
  });

  test("ignores GPUs of an earlier machine, other metrics, and a run without GPU metrics", async () => {
    expect(await limit()).toBeUndefined();
    await log("cpu", 0);
    expect(await limit()).toBeUndefined();
    await log("node-1/gpu_0", 90, [110, 90]);
    await log("node-2/gpu_0", 2);
    expect(await limit(NOW - 80 * MINUTE)).toMatchObject({ detail: "GPU utilisation was 2.0 % for 30 minutes" });
    expect(await limit()).toBeUndefined();
  });
});

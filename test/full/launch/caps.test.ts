import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { runSweep } from "../../../src/programme/sweep/run-sweep.ts";
import { openJobs } from "../../../src/programme/training/job-rows.ts";
import type { StartPlace } from "../../../src/programme/training/start-training.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { fakePython } from "../../launch/fake-python.ts";
import { trainingFolder } from "../../launch/training-folder.ts";
import { openTestStore } from "../../store/open-test-store.ts";

const now = (): Date => new Date();
const PRICING = { programmes: ["fake"], pricesOf: () => [], now };

/** A dollar a second, so that a cap in dollars is one in seconds. */
const DOLLAR_PER_SECOND = { usdPerHour: "3600", graceSec: 1 };

let folder: string;
let store: Store;
let endStore: () => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-caps-"));
  ({ store, end: endStore } = await openTestStore(now));
});
afterEach(async () => {
  await endStore();
  await rm(folder, { recursive: true, force: true });
});

const place = (): StartPlace => ({
  programmeDir: folder,
  programme: "fake",
  dataDir: folder,
  env: {},
  pricing: PRICING,
  now,
});

test("a sweep that pauses trials and reaches its amount ends, and starts none of them again", async () => {
  await trainingFolder(folder, { ...DOLLAR_PER_SECOND, maxSteps: 400 });
  const sweep = {
    version: 1,
    name: "s",
    metric: "loss",
    space: { learningRate: { min: 1e-6, max: 1e-2, scale: "log" } },
    stopping: { rule: "promote", minSteps: 4, eta: 3, waitTrials: 0 },
    workers: 2,
    maxUsd: "14",
  };
  await writeFile(join(folder, "sweep.yaml"), JSON.stringify(sweep));
  const request = { file: "sweep.yaml", python: await fakePython(folder, "rated") };
  const signal = AbortSignal.timeout(60_000);
  const watch = { signal, log: () => undefined, onProgress: () => undefined };
  const ended = await runSweep(store, request, { place: place(), watch });
  expect(signal.aborted).toBe(false);
  expect(Number(ended.spentUsd)).toBeLessThanOrEqual(14);
  expect(ended.trials.some(({ state, step }) => state === "paused" && step === 4)).toBe(true);
  expect(await openJobs(store)).toEqual([]);
});

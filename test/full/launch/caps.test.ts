import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { isProcessAlive } from "../../../src/base/process-alive.ts";
import type { Sweep } from "../../../src/domain/sweep.ts";
import { ENGINES } from "../../../src/launch/engines/engines.ts";
import { readExit, readProcess } from "../../../src/launch/schedulers/attempt-files.ts";
import { advanceSweeps } from "../../../src/programme/sweep/advance-sweep.ts";
import { startSweep } from "../../../src/programme/sweep/start-sweep.ts";
import { showSweep } from "../../../src/programme/sweep/sweep-rows.ts";
import { superviseOnce, type Supervisor } from "../../../src/programme/training/supervise.ts";
import { ownInstance } from "../../../src/programme/training/supervision-lease.ts";
import { runSweep } from "../../../src/programme/sweep/run-sweep.ts";
import { findJob, openJobs, showJob } from "../../../src/programme/training/job-rows.ts";
import { type StartPlace, startTraining } from "../../../src/programme/training/start-training.ts";
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
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

const place = (): StartPlace => ({
  programmeDir: folder,
  programme: "fake",
  dataDir: folder,
  env: {},
  pricing: PRICING,
  now,
});

async function sweepFile(fields: Readonly<Record<string, unknown>>): Promise<void> {
  const sweep = {
    version: 1,
    name: "s",
    metric: "loss",
    space: { learningRate: { min: 1e-6, max: 1e-2, scale: "log" } },
    workers: 2,
    ...fields,
  };
  await writeFile(join(folder, "sweep.yaml"), JSON.stringify(sweep));
}

function supervisor(): Supervisor {
  const log = (): void => undefined;
  const known = { store, instance: ownInstance(), env: {}, engines: ENGINES, trackerUrl: undefined };
  return { ...known, pricing: PRICING, now, log };
}

/** Looks at all jobs and sweeps until a condition holds. */
async function looks(isReached: () => Promise<boolean>): Promise<void> {
  const worker = supervisor();
  while (!(await isReached())) {
    await superviseOnce(worker);
    await advanceSweeps(worker, PRICING);
    await sleep(100);
  }
}

/** Waits, without a look, for the end of the trainer of each first attempt. */
async function trainersEnd(folders: readonly string[]): Promise<void> {
  for (const job of folders) {
    const trainer = await readProcess(join(job, "attempts", "1"), "trainer");
    if (trainer === undefined) continue;
    while (isProcessAlive(trainer.pid)) await sleep(50);
  }
}

/** Time in which the processes of a loaded machine end, in dollars: its wrappers are late too. */
const LATE_USD = 6;

test("a sweep that pauses trials and reaches its amount ends, and starts none of them again", async () => {
  await trainingFolder(folder, { ...DOLLAR_PER_SECOND, maxSteps: 400 });
  await sweepFile({ stopping: { rule: "promote", minSteps: 4, eta: 3, waitTrials: 0 }, maxUsd: "30" });
  const request = { file: "sweep.yaml", python: await fakePython(folder, "rated") };
  const signal = AbortSignal.timeout(180_000);
  const watch = { signal, log: () => undefined, onProgress: () => undefined };
  const ended = await runSweep(store, request, { place: place(), watch });
  expect(signal.aborted).toBe(false);
  expect(Number(ended.spentUsd)).toBeLessThan(30 + LATE_USD);
  expect(ended.trials.some(({ state, step }) => state === "paused" && step === 4)).toBe(true);
  expect(await openJobs(store)).toEqual([]);
});

describe("a cap holds where no supervisor looks", () => {
  test.each([
    ["stops on request", "good", false],
    ["ignores SIGTERM", "deaf", false],
    ["has lost its wrapper", "deaf", true],
  ])("for a run whose trainer %s", async (_what, mode, isWrapperKilled) => {
    await trainingFolder(folder, { ...DOLLAR_PER_SECOND, maxSteps: 100_000, maxUsd: "8" });
    const request = { file: "training.yaml", python: await fakePython(folder, mode) };
    const { id, folder: job } = await startTraining(store, request, place());
    await looks(async () => (await findJob(store, id)).step !== null);
    const wrapper = await readProcess(join(job, "attempts", "1"), "wrapper");
    if (isWrapperKilled) process.kill(wrapper!.pid, "SIGKILL");
    await trainersEnd([job]);
    // nobody has looked yet, and the cost no longer grows
    if (!isWrapperKilled) {
      await expect.poll(() => readExit(join(job, "attempts", "1")), { timeout: 60_000 }).toBeDefined();
      const { spentUsd } = await showJob(store, id, Date.now() + 3_600_000);
      expect(Number(spentUsd)).toBeLessThan(8 + LATE_USD);
    }
    await looks(async () => (await findJob(store, id)).ended_ms !== null);
    const ended = await showJob(store, id, Date.now());
    expect(ended).toMatchObject({ state: "over-budget", attempts: [{ attempt: 1 }] });
    expect(Number(ended.spentUsd)).toBeGreaterThan(5);
    expect(Number(ended.spentUsd)).toBeLessThan(8 + LATE_USD);
  });

  test("for the trials of a sweep together", async () => {
    await trainingFolder(folder, { ...DOLLAR_PER_SECOND, maxSteps: 100_000 });
    await sweepFile({ stopping: { rule: "none" }, maxUsd: "24" });
    const request = { file: "sweep.yaml", python: await fakePython(folder, "rated") };
    const { id } = await startSweep(store, request, place());
    const sweep = (): Promise<Sweep> => showSweep(store, id, Date.now());
    // on a loaded machine it may end by itself before
    await looks(async () => {
      const { trials, endedAt } = await sweep();
      return endedAt !== null || trials.filter(({ step }) => step !== null).length === 2;
    });
    const folders = (await openJobs(store)).map((job) => job.folder);
    await trainersEnd(folders);
    for (const job of folders) {
      await expect.poll(() => readExit(join(job, "attempts", "1")), { timeout: 60_000 }).toBeDefined();
    }
    const unseen = await showSweep(store, id, Date.now() + 3_600_000);
    expect(Number(unseen.spentUsd)).toBeLessThan(24 + 2 * LATE_USD);
    await looks(async () => (await sweep()).endedAt !== null);
    const ended = await sweep();
    expect(ended.state).toBe("over-budget");
    expect(ended.trials.map(({ state }) => state)).not.toContain("running");
    expect(Number(ended.spentUsd)).toBeGreaterThan(8);
    expect(Number(ended.spentUsd)).toBeLessThan(24 + 2 * LATE_USD);
  });
});

import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { BudgetRequest } from "../../../src/domain/money.ts";
import type { TrainingJob } from "../../../src/domain/training-job.ts";
import { ENGINES } from "../../../src/launch/engines/engines.ts";
import { localScheduler } from "../../../src/launch/schedulers/local/scheduler.ts";
import { budgetStates } from "../../../src/programme/money/budget-state.ts";
import { setBudget } from "../../../src/programme/money/budgets.ts";
import { approveTraining } from "../../../src/programme/training/approve-training.ts";
import { findJob, showJob } from "../../../src/programme/training/job-rows.ts";
import { lookAtJob } from "../../../src/programme/training/look-at-job.ts";
import { type StartPlace, startTraining } from "../../../src/programme/training/start-training.ts";
import { resumeTraining } from "../../../src/programme/training/resume-training.ts";
import { stopTraining } from "../../../src/programme/training/stop-training.ts";
import { superviseOnce, type Supervisor } from "../../../src/programme/training/supervise.ts";
import { ownInstance } from "../../../src/programme/training/supervision-lease.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { fakePython } from "../../launch/fake-python.ts";
import { trainingFolder } from "../../launch/training-folder.ts";
import { dyingAfter } from "../../store/dying-store.ts";
import { openTestStore } from "../../store/open-test-store.ts";

const now = (): Date => new Date();
const PRICING = { programmes: ["fake"], pricesOf: () => [], now };

let folder: string;
let store: Store;
let endStore: () => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-guard-"));
  ({ store, end: endStore } = await openTestStore(now));
});
afterEach(async () => {
  await endStore();
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

async function started(mode: string, fields: Readonly<Record<string, unknown>>, id?: string): Promise<TrainingJob> {
  await trainingFolder(folder, fields);
  const place: StartPlace = {
    programmeDir: folder,
    programme: "fake",
    dataDir: folder,
    env: {},
    pricing: PRICING,
    now,
  };
  return startTraining(store, { file: "training.yaml", python: await fakePython(folder, mode), id }, place);
}

function supervisor(): Supervisor {
  const log = (): void => undefined;
  return {
    store,
    instance: ownInstance(),
    env: {},
    engines: ENGINES,
    trackerUrl: undefined,
    pricing: PRICING,
    now,
    log,
  };
}

async function until(id: string, isReached: (job: TrainingJob) => boolean): Promise<TrainingJob> {
  const worker = supervisor();
  for (;;) {
    await superviseOnce(worker);
    const job = await showJob(store, id, Date.now());
    if (isReached(job) || job.endedAt !== null) return job;
    await sleep(40);
  }
}

const ended = (job: TrainingJob): boolean => job.endedAt !== null;
const held = async (): Promise<number> => Number((await budgetStates(store, PRICING, now()))[0]!.heldUsd);

const budget = (capUsd: string): Promise<number> =>
  setBudget(
    store,
    BudgetRequest.parse({ scope: "programme", key: "", capUsd, period: "total", setBy: "QA", sourceSha256: null }),
    Date.now(),
  );

test("a start or a resumption that is killed between two transactions leaves no cap reserved for nothing", async () => {
  await trainingFolder(folder, { usdPerHour: "1", maxUsd: "6" });
  const python = await fakePython(folder, "good");
  const place: StartPlace = {
    programmeDir: folder,
    programme: "fake",
    dataDir: folder,
    env: {},
    pricing: PRICING,
    now,
  };
  const holders = async (): Promise<string[]> =>
    (await store.db.selectFrom("ledger_balances").select(["account", "amount"]).execute())
      .filter(({ account, amount }) => account.startsWith("hold:") && Number(amount) !== 0)
      .map(({ account }) => account.slice("hold:".length));
  const open = async (): Promise<string[]> =>
    (await store.db.selectFrom("jobs").select("run_id").where("ended_ms", "is", null).execute()).map(
      ({ run_id: id }) => id,
    );
  let id: string | undefined;
  for (let done = 0; id === undefined; done++) {
    const started = startTraining(dyingAfter(store, done), { file: "training.yaml", python }, place);
    id = await started.then((job) => job.id).catch(() => undefined);
    expect(await holders(), `killed after ${done} transactions of the start`).toEqual(await open());
  }
  await stopTraining(store, id, Date.now());
  await until(id, ended);
  expect(await holders()).toEqual([]);
  for (let done = 0, isDone = false; !isDone; done++) {
    const resumed = resumeTraining(dyingAfter(store, done), { id, maxUsd: "7" }, { ...place, folderOf: () => folder });
    isDone = await resumed.then(() => true).catch(() => false);
    expect(await holders(), `killed after ${done} transactions of the resumption`).toEqual(await open());
  }
  expect(await holders()).toHaveLength(1);
});

test("a repeated start with the id of a job gives the job, and one of another run is refused", async () => {
  const id = "4f21ab90c3de";
  const begin = (name: string): Promise<TrainingJob> => started("good", { name, usdPerHour: "1", maxUsd: "1" }, id);
  const job = await begin("first");
  expect(await begin("first")).toEqual(job);
  await expect(begin("second")).rejects.toMatchObject({
    kind: "bad_input",
    message: `--id ${id}: a job with this id already exists, of the run first`,
  });
  await stopTraining(store, id, Date.now());
  await until(id, ended);
});

test.each([
  [{ maxUsd: "5" }, { kind: "over_budget", said: "its cap of 5 USD leaves no time", hint: "--max-usd USD" }],
  [{ maxHours: 5 / 3600 }, { kind: "check_failed", said: "hours leaves no time", hint: "with a higher maxHours" }],
])("a run that ended at its limit %j is not queued to end again", async (limit, { kind, said, hint }) => {
  // a dollar a second
  const { id } = await started("good", { maxSteps: 1_000_000, usdPerHour: "3600", graceSec: 1, ...limit });
  expect((await until(id, ended)).state).toMatch(/^over-/);
  const place = { pricing: PRICING, now, folderOf: () => folder };
  const failure = await catchFailureAsync(() => resumeTraining(store, { id }, place));
  expect(failure).toMatchObject({ kind, message: expect.stringContaining(said) as string });
  expect(failure.hint).toContain(hint);
  if (kind === "over_budget") {
    expect(await resumeTraining(store, { id, maxUsd: "3000" }, place)).toMatchObject({ state: "queued" });
    await stopTraining(store, id, Date.now());
    await until(id, ended);
  }
});

describe("a run that is measured first", () => {
  test("pauses after its first steps, reserves the cost of the rest at p90, and goes on from there", async () => {
    await budget("1000");
    const { id } = await started("good", { maxSteps: 60, probeSteps: 6, usdPerHour: "36" });
    expect(await held()).toBe(0);
    const going = await until(id, ({ probe, attempts }) => probe !== null && attempts.length > 1);
    expect(going.probe!.steps).toBe(6);
    expect(Number(going.probe!.p10Usd)).toBeLessThan(Number(going.probe!.p90Usd));
    // what it spent already uses up a part of what is held
    expect(await held()).toBeLessThanOrEqual(Number(going.probe!.p90Usd));
    expect(await held()).toBeGreaterThan(Number(going.probe!.p90Usd) - Number(going.spentUsd) - 0.1);
    const job = await until(id, ended);
    expect(job).toMatchObject({ state: "done-verified", attempts: [{ outcome: "paused" }, { exitCode: 0 }] });
    expect(job.attempts[1]!.resumedFrom).toMatch(/checkpoint-6$/);
    expect(await held()).toBe(0);
  });

  test("ends after them where its cap cannot pay for the rest, or no budget has as much", async () => {
    await budget("10");
    const poor = await started("good", { maxSteps: 1_000_000, probeSteps: 3, usdPerHour: "36", maxUsd: "9" });
    const job = await until(poor.id, ended);
    expect(job).toMatchObject({
      state: "over-budget",
      reason: expect.stringMatching(/^after 3 steps its forecast is/),
    });
    expect(Number(job.spentUsd)).toBeLessThan(9);
    const large = await started("good", { maxSteps: 1_000_000, probeSteps: 3, usdPerHour: "36" });
    expect(await until(large.id, ended)).toMatchObject({
      state: "over-budget",
      reason: expect.stringContaining("would exceed the budget of the programme"),
    });
  });
});

describe("a run that fails", () => {
  test("for memory is tried with smaller micro-steps as further attempts of the same job", async () => {
    const { id } = await started("oom", { batchSequences: 4, accumulationSteps: 2, maxAttempts: 1 });
    const job = await until(id, ended);
    expect(job.state).toBe("done-verified");
    expect(job.attempts.map(({ outcome }) => outcome)).toEqual([
      "interrupted: out of GPU memory; next: micro-batch of 2 instead of 4, 4 micro-steps",
      "interrupted: out of GPU memory; next: micro-batch of 1 instead of 2, 8 micro-steps",
      "done-verified",
    ]);
    const config = JSON.parse(readFileSync(join(job.folder, "config.json"), "utf8")) as {
      training: Record<string, unknown>;
    };
    expect(config.training).toMatchObject({ per_device_train_batch_size: 1, gradient_accumulation_steps: 8 });
  });

  test("because its loss explodes is stopped", async () => {
    const { id } = await started("explodes", { maxSteps: 100_000 });
    const job = await until(id, ended);
    expect(job).toMatchObject({ state: "diverged", reason: "the loss rose far above its lowest value" });
  });

  test("at its limit of hours is stopped", async () => {
    const { id } = await started("good", { maxSteps: 100_000, maxHours: 6 / 3600, graceSec: 2 });
    const job = await until(id, ended);
    expect(job).toMatchObject({ state: "over-time", reason: "stopped before its time limit" });
  });

  test("on a target that is asked once a minute keeps two of these looks in reserve", async () => {
    const cap = { usdPerHour: "3600", maxUsd: "121", graceSec: 0 };
    const { id } = await started("good", { maxSteps: 100_000, ...cap });
    await until(id, ({ step }) => (step ?? 0) >= 3);
    const limitAt = async (lookMs: number): Promise<unknown> => {
      const { facts } = await lookAtJob(supervisor(), await findJob(store, id), { ...localScheduler, lookMs });
      return facts.limit;
    };
    expect(await limitAt(0)).toBeUndefined();
    expect(await limitAt(60_000)).toMatchObject({ reason: "over-budget" });
    await stopTraining(store, id, Date.now());
    await until(id, ended);
  });
});

describe("a run whose cap is above what its programme allows", () => {
  test("waits until somebody approves it, and says who did", async () => {
    await writeFile(
      join(folder, "programme.yaml"),
      'version: 1\nname: fake\ntask: { kind: classification, goals: [format], classes: 3 }\nmodel: { base: Qwen3-8B }\ndata: { files: [], plannedRows: 10 }\ntraining: { approveAboveUsd: "5" }\n',
    );
    const { id } = await started("good", { usdPerHour: "1", maxUsd: "6" });
    for (let look = 0; look < 3; look++) await superviseOnce(supervisor());
    expect(await showJob(store, id, Date.now())).toMatchObject({ state: "awaiting-approval", attempts: [] });
    // what waits is not billed: its activity is empty until its process starts
    const waiting = await store.db.selectFrom("activity").select(["opened_ms", "closed_ms"]).execute();
    expect(waiting.map(({ opened_ms: from, closed_ms: to }) => to === from)).toEqual([true]);
    const job = await approveTraining(store, { id, by: "Ada" }, now());
    expect(job).toMatchObject({ state: "queued", approvedBy: "Ada" });
    expect((await until(id, ended)).state).toBe("done-verified");
    const failure = await catchFailureAsync(() => approveTraining(store, { id, by: "Ada" }, now()));
    expect(failure.kind).toBe("check_failed");
  });

  test("waits again when it is resumed without an approval, or with a cap that nobody approved", async () => {
    const limit = (usd: string): Promise<void> =>
      writeFile(
        join(folder, "programme.yaml"),
        `version: 1\nname: fake\ntask: { kind: classification, goals: [format], classes: 3 }\nmodel: { base: Qwen3-8B }\ndata: { files: [], plannedRows: 10 }\ntraining: { approveAboveUsd: "${usd}" }\n`,
      );
    await limit("5");
    await budget("8");
    const place = { pricing: PRICING, now, folderOf: () => folder };
    const { id } = await started("good", { usdPerHour: "1", maxUsd: "6", maxSteps: 1000 });
    await stopTraining(store, id, Date.now());
    expect((await until(id, ended)).state).toBe("stopped");
    const unseen = await resumeTraining(store, { id }, place);
    expect(unseen).toMatchObject({ state: "awaiting-approval", approvedBy: null });
    for (let look = 0; look < 3; look++) await superviseOnce(supervisor());
    expect((await showJob(store, id, Date.now())).attempts).toEqual([]);
    await approveTraining(store, { id, by: "Ada" }, now());
    await until(id, ({ step }) => (step ?? 0) > 2);
    await stopTraining(store, id, Date.now());
    await until(id, ended);
    // the approved cap stays approved, and what was spent of it is not reserved twice
    expect(await resumeTraining(store, { id }, place)).toMatchObject({ state: "queued", approvedBy: "Ada" });
    await stopTraining(store, id, Date.now());
    await until(id, ended);
    expect(await resumeTraining(store, { id, maxUsd: "7" }, place)).toMatchObject({
      state: "awaiting-approval",
      reason: "a run above 5 USD requires approval",
      approvedBy: null,
    });
  });

  test("is not started at a price per hour above its limit", async () => {
    const failure = await catchFailureAsync(() => started("good", { usdPerHour: "3.00", maxUsdPerHour: "2.50" }));
    expect(failure.message).toBe("price: 3.00 USD per hour; maxUsdPerHour is 2.50");
  });
});

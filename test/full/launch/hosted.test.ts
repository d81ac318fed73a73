import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { freezeFiles } from "../../../src/curate/freeze/freeze-files.ts";
import { BudgetRequest } from "../../../src/domain/money.ts";
import type { TrainingJob } from "../../../src/domain/training-job.ts";
import { ENGINES } from "../../../src/launch/engines/engines.ts";
import { decide } from "../../../src/launch/supervise/decide.ts";
import { budgetStates } from "../../../src/programme/money/budget-state.ts";
import { setBudget } from "../../../src/programme/money/budgets.ts";
import { readSweepFiles } from "../../../src/programme/sweep/read-sweep-file.ts";
import { findJob, showJob } from "../../../src/programme/training/job-rows.ts";
import { launchAttempt } from "../../../src/programme/training/launch-attempt.ts";
import { lookAtJob } from "../../../src/programme/training/look-at-job.ts";
import { startTraining } from "../../../src/programme/training/start-training.ts";
import { stopTraining } from "../../../src/programme/training/stop-training.ts";
import { superviseOnce, type Supervisor } from "../../../src/programme/training/supervise.ts";
import { ownInstance } from "../../../src/programme/training/supervision-lease.ts";
import { schedulerOfJob } from "../../../src/programme/training/training-targets.ts";
import { jobText } from "../../../src/programme/training/training-text.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { fineTuningServer, type FineTuningServer, KEY } from "../../launch/schedulers/fine-tuning-server.ts";
import { openTestStore } from "../../store/open-test-store.ts";

const now = (): Date => new Date();
const PRICING = { programmes: ["hosted"], pricesOf: () => [], now };

let folder: string;
let store: Store;
let endStore: () => Promise<void>;
let provider: FineTuningServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-hosted-"));
  ({ store, end: endStore } = await openTestStore(now));
  provider = await fineTuningServer();
  vi.stubEnv("OPENAI_API_KEY", KEY);
  const rows = join(folder, "rows.jsonl");
  const row = {
    messages: [
      { role: "user", content: "What is your name?" },
      { role: "assistant", content: "Tune." },
    ],
  };
  await writeFile(rows, `${JSON.stringify(row)}\n`.repeat(6));
  await freezeFiles([rows], { out: join(folder, "frozen"), by: "QA", reason: "test", now: now() });
  writeFileSync(
    join(folder, "targets.yaml"),
    `version: 1\ntargets:\n  provider: { scheduler: openai, address: "${provider.url}", pollSec: 0.1 }\n`,
  );
});
afterEach(async () => {
  vi.unstubAllEnvs();
  provider.server.close();
  await endStore();
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

async function started(over: object = {}): Promise<TrainingJob> {
  const file = {
    version: 1,
    name: "hosted",
    engine: "openai",
    target: "provider",
    model: "gpt-4.1-mini-2025-04-14",
    dataset: "frozen",
    batchSequences: 2,
    hosted: { epochs: 2, usdPerMillionTokens: "5" },
    ...over,
  };
  writeFileSync(join(folder, "training.yaml"), JSON.stringify(file));
  return startTraining(
    store,
    { file: "training.yaml" },
    { programmeDir: folder, programme: "hosted", dataDir: folder, env: process.env, pricing: PRICING, now },
  );
}

const supervisor = (): Supervisor => ({
  store,
  instance: ownInstance(),
  env: process.env,
  engines: ENGINES,
  trackerUrl: undefined,
  now,
  log: () => undefined,
});

async function until(worker: Supervisor, id: string, isReached: (job: TrainingJob) => boolean): Promise<TrainingJob> {
  for (;;) {
    await superviseOnce(worker);
    await sleep(30);
    const job = await showJob(store, id, Date.now());
    if (isReached(job) || job.endedAt !== null) return job;
  }
}

const running = ({ state }: TrainingJob): boolean => state === "running";
const never = (): boolean => false;

/** The provider trains its job to the end. */
function trained(tokens: number | null): void {
  Object.assign(provider.jobs[0]!, {
    status: "succeeded",
    fine_tuned_model: "ft:gpt-4.1-mini:acme::abc",
    trained_tokens: tokens,
    finished_at: Math.floor(Date.now() / 1000),
    events: [1, 2, 3, 4, 5, 6].map((step) => ({
      message: `Step ${step}/6`,
      type: "metrics" as const,
      data: { step, train_loss: 3 / step },
    })),
  });
}

describe("a run that a provider trains", () => {
  test("is followed from the upload to a model that answers, and its tokens are on the ledger once", async () => {
    const budget = {
      scope: "activity",
      key: "training",
      capUsd: "5",
      period: "total",
      setBy: "QA",
      sourceSha256: null,
    };
    await setBudget(store, BudgetRequest.parse(budget), Date.now());
    await setBudget(store, BudgetRequest.parse({ ...budget, scope: "experiment", key: "router" }), Date.now());
    const { id } = await started({ maxUsd: "1", experiment: "router" });
    expect((await budgetStates(store, PRICING, now()))[0]!.heldUsd).toBe("1.00");
    const worker = supervisor();
    const queued = await until(worker, id, ({ state, attempts }) => state === "queued" && attempts.length > 0);
    expect(queued.maxSteps).toBe(6);
    while (provider.jobs.length === 0) await until(worker, id, () => true);
    provider.jobs[0]!.status = "running";
    await until(worker, id, running);
    trained(2_000_000);
    // another supervisor takes over in the middle
    const job = await until(supervisor(), id, never);
    expect(job).toMatchObject({
      state: "done-verified",
      reason: null,
      modelId: "ft:gpt-4.1-mini:acme::abc",
      modelSha256: null,
      step: 6,
      spentUsd: "10.00",
    });
    expect(provider.jobs).toHaveLength(1);
    const series = await store.db.selectFrom("series").select(["key", "step", "value"]).orderBy("key").execute();
    expect(series).toEqual([{ key: "train_loss", step: 6, value: 0.5 }]);
    const states = await budgetStates(store, PRICING, now());
    const spent = { spentUsd: "10.00", heldUsd: "0.00", hitBy: [job.runId] };
    expect(states).toMatchObject([spent, spent]);
    expect(jobText(job)).toContain("verified: ft:gpt-4.1-mini:acme::abc answers");
    expect(jobText(job)).toContain("10.00 USD for trained tokens");
  });

  test("is not started, and paid, a second time by a look that began before its end, or before it was stopped", async () => {
    const { id } = await started();
    const worker = supervisor();
    while (provider.jobs.length === 0) await until(worker, id, () => true);
    const before = await findJob(store, id);
    trained(1_000);
    expect(await until(worker, id, never)).toMatchObject({ state: "done-verified" });
    const seen = await lookAtJob(worker, before, await schedulerOfJob(before, process.env));
    expect(decide(seen.facts)).toEqual({ do: "launch", attempt: 2 });
    await launchAttempt(worker, seen, 2);
    expect(await showJob(store, id, Date.now())).toMatchObject({ state: "done-verified", attempts: [{ attempt: 1 }] });
    const second = await started();
    const waiting = await findJob(store, second.id);
    await stopTraining(store, second.id, Date.now());
    await launchAttempt(worker, await lookAtJob(worker, waiting, await schedulerOfJob(waiting, process.env)), 1);
    expect(await until(worker, second.id, never)).toMatchObject({ state: "stopped", attempts: [] });
    expect(provider.jobs).toHaveLength(1);
  });

  test("whose rows the provider refuses fails with its words, and is not sent again", async () => {
    const { id } = await started();
    const worker = supervisor();
    while (provider.jobs.length === 0) await until(worker, id, () => true);
    const error = { code: "invalid_training_file", message: "line 3 has no assistant message", param: null };
    Object.assign(provider.jobs[0]!, { status: "failed", error });
    const job = await until(worker, id, never);
    expect(job).toMatchObject({ state: "failed-config", modelId: null, spentUsd: null });
    expect(job.reason).toContain("line 3 has no assistant message");
    expect(provider.jobs).toHaveLength(1);
  });

  test("is cancelled by a stop, and one that the provider cancelled is not paid a second time", async () => {
    const first = await started();
    const worker = supervisor();
    while (provider.jobs.length === 0) await until(worker, first.id, () => true);
    provider.jobs[0]!.status = "running";
    await until(worker, first.id, running);
    await stopTraining(store, first.id, Date.now());
    expect(await until(worker, first.id, never)).toMatchObject({ state: "stopped", reason: "stopped by request" });
    expect(provider.jobs[0]!.status).toBe("cancelled");
    const second = await started();
    while (provider.jobs.length === 1) await until(worker, second.id, () => true);
    provider.jobs[1]!.status = "cancelled";
    const job = await until(worker, second.id, never);
    expect(job).toMatchObject({ state: "failed-code", attempts: [{ attempt: 1 }] });
    expect(job.reason).toContain("cancelled at the provider");
    expect(provider.jobs).toHaveLength(2);
  });

  test("that succeeded is unverified while its model does not answer, and its cost is unknown without its tokens", async () => {
    const { id } = await started();
    const worker = supervisor();
    while (provider.jobs.length === 0) await until(worker, id, () => true);
    trained(null);
    const [job] = provider.jobs;
    // the provider names a model that its own endpoint does not know
    Object.defineProperty(job, "fine_tuned_model", {
      get: () => (provider.calls.at(-1)!.startsWith("POST /chat") ? null : "ft:x"),
    });
    expect(await until(worker, id, never)).toMatchObject({
      state: "done-unverified",
      reason: expect.stringContaining("The model ft:x does not exist"),
      spentUsd: null,
    });
  });

  test("is refused before the upload if its tokens may cost more than the cap, or its target is a machine", async () => {
    const dear = await catchFailureAsync(() => started({ maxUsd: "0.0001" }));
    expect(dear.message).toMatch(/^cost: \d+ to \d+ tokens x 2 epochs at 5 USD per million: .* maxUsd is 0\.0001$/);
    const here = await catchFailureAsync(() => started({ target: "local" }));
    expect(here.message).toContain("needs a provider as its target");
    const space = "space: { learningRate: { values: [0.001, 0.002] } }\nsearch: { method: grid }\ntrials: 2\n";
    writeFileSync(join(folder, "sweep.yaml"), `version: 1\nname: s\nrun: training.yaml\nmetric: train_loss\n${space}`);
    const swept = await catchFailureAsync(() => readSweepFiles(folder, "sweep.yaml"));
    expect(swept.message).toContain("cannot have the engine openai");
    const other = await catchFailureAsync(() => started({ method: "kto" }));
    expect(other.message).toContain("supports the methods sft and dpo");
    expect(provider.calls.filter((call) => call.startsWith("POST"))).toEqual([]);
    expect(readFileSync(join(folder, "targets.yaml"), "utf8")).not.toContain(KEY);
  });
});

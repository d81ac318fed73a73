import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { BudgetRequest } from "../../../src/domain/money.ts";
import type { TrainingJob } from "../../../src/domain/training-job.ts";
import { ENGINES } from "../../../src/launch/engines/engines.ts";
import { setBudget } from "../../../src/programme/money/budgets.ts";
import { findJob, showJob } from "../../../src/programme/training/job-rows.ts";
import { startTraining } from "../../../src/programme/training/start-training.ts";
import { superviseOnce, type Supervisor } from "../../../src/programme/training/supervise.ts";
import { ownInstance } from "../../../src/programme/training/supervision-lease.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { fakePython } from "../../launch/fake-python.ts";
import { trainingFolder } from "../../launch/training-folder.ts";
import { openTestStore } from "../../store/open-test-store.ts";

const TARGETS =
  "version: 1\ntargets:\n  spot: { scheduler: local }\n  demand: { scheduler: local }\n  hpc: { scheduler: slurm, partition: x }\n";

let folder: string;
let store: Store;
let endStore: () => Promise<void>;
let aheadMs: number;
const now = (): Date => new Date(Date.now() + aheadMs);
const pricing = { programmes: ["fake"], pricesOf: () => [], now };

beforeEach(async () => {
  aheadMs = 0;
  folder = await mkdtemp(join(tmpdir(), "tunewright-spot-"));
  ({ store, end: endStore } = await openTestStore(now));
  await writeFile(join(folder, "targets.yaml"), TARGETS);
});
afterEach(async () => {
  await endStore();
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

const worker = (): Supervisor => ({
  store,
  instance: ownInstance(),
  env: {},
  engines: ENGINES,
  trackerUrl: undefined,
  now,
  pricing,
  log: () => undefined,
});

async function started(fields: Readonly<Record<string, unknown>>): Promise<string> {
  await trainingFolder(folder, { target: "spot", usdPerHour: "1.00", saveSteps: 2, ...fields });
  const place = { programmeDir: folder, programme: "fake", dataDir: folder, env: {}, pricing, now };
  const python = await fakePython(folder, "good");
  return (await startTraining(store, { file: "training.yaml", python }, place)).id;
}

async function until(id: string, isReached: (job: TrainingJob) => boolean): Promise<TrainingJob> {
  const supervisor = worker();
  for (;;) {
    await superviseOnce(supervisor);
    const job = await showJob(store, id, now().getTime());
    if (isReached(job) || job.endedAt !== null) return job;
    await sleep(40);
  }
}

function kill({ folder: place, attempts }: TrainingJob): void {
  const path = join(place, "attempts", String(attempts.length), "trainer.json");
  process.kill((JSON.parse(readFileSync(path, "utf8")) as { pid: number }).pid, "SIGKILL");
  writeFileSync(join(place, "hurry"), ""); // the next attempt has not far to go, however late this one was killed
}

describe("a run on spot machines", () => {
  const fallback = { target: "demand", usdPerHour: "3.00" };

  test("goes on on demand once another wait would miss its deadline, each attempt at its own price", async () => {
    const deadline = new Date(Date.now() + 3_600_000).toISOString();
    const id = await started({ maxSteps: 1000, maxUsd: "5", deadline, fallback });
    const first = await until(id, ({ step }) => (step ?? 0) >= 4);
    const { runId } = first;
    kill(first);
    aheadMs = 3_000_001; // 10 minutes are left, as long as a start takes
    const job = await until(id, ({ endedAt }) => endedAt !== null);
    expect(job).toMatchObject({ state: "done-verified", target: "demand", usdPerHour: "3.00" });
    expect(job.attempts.map(({ usdPerHour }) => usdPerHour)).toEqual(["1.00", "3.00"]);
    expect(job.attempts[1]!.resumedFrom).toMatch(/checkpoint-\d+$/);
    // each run has one price, so that the ledger posts each attempt at the price of its machine
    expect(job.runId).not.toBe(runId);
    const rows = await store.db
      .selectFrom("run_tags")
      .innerJoin("runs", "runs.run_no", "run_tags.run_no")
      .select(["runs.run_id", "run_tags.value"])
      .where("run_tags.key", "=", "tunewright.usd_per_hour")
      .orderBy("runs.run_no")
      .execute();
    expect(rows).toEqual([
      { run_id: runId, value: "1.00" },
      { run_id: job.runId, value: "3.00" },
    ]);
    const hours = job.attempts.map(({ startedAt, endedAt }) => (Date.parse(endedAt!) - Date.parse(startedAt)) / 3.6e6);
    expect(Number(job.spentUsd)).toBeCloseTo(hours[0]! * 1 + hours[1]! * 3, 6);
  });

  test("ends if the reservation there exceeds its budget, and leaves no second run", async () => {
    const deadline = new Date(Date.now() + 3_600_000).toISOString();
    const id = await started({ maxSteps: 1000, maxUsd: "5", deadline, fallback });
    kill(await until(id, ({ step }) => (step ?? 0) >= 4));
    const cap = { scope: "programme", key: "", capUsd: "4", period: "total", setBy: "QA", sourceSha256: null };
    await setBudget(store, BudgetRequest.parse(cap), now().getTime());
    aheadMs = 3_000_001;
    const job = await until(id, ({ endedAt }) => endedAt !== null);
    expect(job).toMatchObject({ state: "over-budget", target: "spot", reason: expect.stringContaining("budget") });
    const runs = await store.db.selectFrom("runs").select("status").where("lifecycle_stage", "=", "active").execute();
    expect(runs).toHaveLength(1);
  });

  test("stays on its target where the deadline leaves time", async () => {
    const deadline = new Date(Date.now() + 3_600_000).toISOString();
    const id = await started({ maxSteps: 1000, deadline, fallback });
    kill(await until(id, ({ step }) => (step ?? 0) >= 4));
    const job = await until(id, ({ endedAt }) => endedAt !== null);
    expect(job).toMatchObject({ state: "done-verified", target: "spot", usdPerHour: "1.00" });
  });

  test("is not given up for preemptions, however many", async () => {
    const id = await started({ maxSteps: 8, maxAttempts: 2 });
    const { job_no } = await findJob(store, id);
    const ended = (attempt: number, outcome: string): object => ({
      job_no,
      attempt,
      started_ms: 1000 * attempt,
      ended_ms: 1000 * attempt + 500,
      last_step: attempt,
      outcome,
    });
    const taken = "preempted: its machine was given to another job";
    const rows = [1, 2, 3, 4, 5].map((attempt) => ended(attempt, taken));
    await store.write((db) =>
      db
        .insertInto("job_attempts")
        .values(rows as never)
        .execute(),
    );
    const job = await until(id, ({ endedAt }) => endedAt !== null);
    expect(job).toMatchObject({ state: "done-verified" });
    expect(job.attempts).toHaveLength(6);
  });
});

test("a run that its scheduler refuses ends with the words of the scheduler", async () => {
  const commands = {
    sinfo: "echo 'x 1 idle'",
    squeue: "exit 0",
    sacct: "exit 0",
    sbatch: "echo 'sbatch: error: invalid partition x' >&2; exit 1",
  };
  for (const [name, line] of Object.entries(commands)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  }
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  const id = await started({ target: "hpc" });
  const job = await until(id, ({ endedAt }) => {
    aheadMs += 2000;
    return endedAt !== null;
  });
  vi.unstubAllEnvs();
  expect(job).toMatchObject({ state: "failed-infra" });
  expect(job.reason).toContain("invalid partition x");
});

import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { isProcessAlive } from "../../../src/base/process-alive.ts";
import { freezeFiles } from "../../../src/curate/freeze/freeze-files.ts";
import { BudgetRequest } from "../../../src/domain/money.ts";
import { TrainingFile, type TrainingJob } from "../../../src/domain/training-job.ts";
import type { Engine } from "../../../src/launch/engines/engine.ts";
import { ENGINES } from "../../../src/launch/engines/engines.ts";
import { trl } from "../../../src/launch/engines/trl/trl.ts";
import { readProcess } from "../../../src/launch/schedulers/attempt-files.ts";
import { budgetStates } from "../../../src/programme/money/budget-state.ts";
import { setBudget } from "../../../src/programme/money/budgets.ts";
import { showJob } from "../../../src/programme/training/job-rows.ts";
import { resumeTraining } from "../../../src/programme/training/resume-training.ts";
import { queueTraining } from "../../../src/programme/training/queue-training.ts";
import { stopTraining } from "../../../src/programme/training/stop-training.ts";
import { supervise, superviseOnce, type Supervisor } from "../../../src/programme/training/supervise.ts";
import { ownInstance } from "../../../src/programme/training/supervision-lease.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { openTestStore } from "../../store/open-test-store.ts";

const FAKE = join(import.meta.dirname, "../../launch/fake-trainer.mjs");
const now = (): Date => new Date();
const PRICING = { programmes: ["fake"], pricesOf: () => [], now };
const RESUME = { pricing: PRICING, now, folderOf: () => "." };

let folder: string;
let store: Store;
let endStore: () => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-launch-"));
  ({ store, end: endStore } = await openTestStore(now));
});
afterEach(async () => {
  await endStore();
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

function supervisor(mode: string): Supervisor {
  const engine: Engine = {
    ...trl,
    order: (request) => ({
      argv: [
        process.execPath,
        FAKE,
        request.jobFolder,
        mode,
        String(request.spec.maxSteps),
        ...(request.resumeFrom === undefined ? [] : ["--resume", request.resumeFrom]),
      ],
      env: {},
      cwd: request.jobFolder,
    }),
  };
  return {
    store,
    instance: ownInstance(),
    env: {},
    engines: { ...ENGINES, trl: engine },
    trackerUrl: undefined,
    now,
    log: () => undefined,
  };
}

async function queued(fields: Partial<TrainingFile> = {}): Promise<TrainingJob> {
  const rows = join(folder, "train.jsonl");
  await writeFile(rows, '{"text":"one"}\n{"text":"two"}\n');
  const out = await mkdtemp(join(folder, "frozen-")).then((parent) => join(parent, "v1"));
  const manifest = await freezeFiles([rows], { out, by: "QA", reason: "test", now: now() });
  const spec = TrainingFile.parse({
    version: 1,
    name: "fake",
    model: "model",
    dataset: "frozen",
    maxSteps: 8,
    saveSteps: 2,
    graceSec: 1,
    ...fields,
  });
  const datasetFiles = manifest.files.map(({ file }) => join(out, file));
  return queueTraining(
    store,
    {
      spec,
      found: { python: process.execPath, manifest },
      config: trl.render({ spec, modelDir: "model", datasetFiles }),
    },
    { programme: "fake", dataDir: folder, pricing: PRICING, now },
  );
}

async function until(worker: Supervisor, id: string, isReached: (job: TrainingJob) => boolean): Promise<TrainingJob> {
  for (;;) {
    await superviseOnce(worker);
    const job = await showJob(store, id, Date.now());
    if (isReached(job) || job.endedAt !== null) return job;
    await sleep(40);
  }
}

const ended = (job: TrainingJob): boolean => job.endedAt !== null;
/** Lets the trainer of a job take its last step next; until then it is far from its end, however slow this machine is. */
const hurry = ({ folder: place }: TrainingJob): void => writeFileSync(join(place, "hurry"), "");
const startsOf = (job: TrainingJob): number[] =>
  readFileSync(join(job.folder, "starts.txt"), "utf8").trim().split("\n").map(Number);

describe("a supervised run", () => {
  test("is done only when it was verified, and its curve is completed from its own files", async () => {
    const { id } = await queued();
    const job = await until(supervisor("good"), id, ended);
    expect(job).toMatchObject({ state: "done-verified", step: 8 });
    expect(job.modelSha256).toMatch(/^[\da-f]{64}$/);
    const series = await store.db.selectFrom("series").select(["key", "step", "value", "written"]).execute();
    expect(series).toEqual([{ key: "loss", step: 8, value: 1 / 8, written: 8 }]);
    const run = await store.db.selectFrom("runs").select("status").executeTakeFirstOrThrow();
    expect(run.status).toBe("FINISHED");
  });

  test.each([
    { mode: "early", state: "done-unverified", reason: /no trainer_state.json/ },
    { mode: "late-failure", state: "done-verified", reason: /^null$/ },
    { mode: "config", state: "failed-config", reason: /unknown key/ },
    { mode: "nan", state: "diverged", reason: /not finite/ },
    { mode: "loud", state: "done-verified", reason: /^null$/ },
  ])("whose trainer is $mode ends as $state", async ({ mode, state, reason }) => {
    const { id } = await queued();
    const job = await until(supervisor(mode), id, ended);
    expect(job.state).toBe(state);
    expect(String(job.reason)).toMatch(reason);
    expect(startsOf(job)).toHaveLength(1);
  });

  test("whose machine failed an hour ago is billed until its last sign of life", async () => {
    const { id } = await queued({ maxSteps: 100_000, usdPerHour: "36" });
    const first = await until(supervisor("good"), id, ({ step }) => (step ?? 0) >= 4);
    const attempt = join(first.folder, "attempts", "1");
    // killed together, as when the machine loses its power: nobody records the end
    for (const who of ["wrapper", "trainer"] as const) {
      const known = await readProcess(attempt, who);
      process.kill(who === "trainer" ? -known!.pid : known!.pid, "SIGKILL");
      while (isProcessAlive(known!.pid)) await sleep(20);
    }
    const later = (): Date => new Date(Date.now() + 3_600_000);
    const worker = { ...supervisor("good"), now: later };
    await superviseOnce(worker);
    const seen = await showJob(store, id, later().getTime());
    expect(seen.attempts[0]!.outcome).toMatch(/^interrupted/);
    const ranMs = Date.parse(seen.attempts[0]!.endedAt!) - Date.parse(seen.attempts[0]!.startedAt);
    expect(ranMs).toBeGreaterThan(0);
    expect(ranMs).toBeLessThan(120_000);
    expect(Number(seen.spentUsd)).toBeCloseTo((36 * ranMs) / 3_600_000, 3);
    const activity = await store.db.selectFrom("activity").select(["opened_ms", "closed_ms"]).execute();
    const billedMs = activity.reduce((sum, { opened_ms, closed_ms }) => sum + closed_ms! - opened_ms, 0);
    expect(billedMs).toBe(ranMs);
  });

  test("whose row was written before its supervisor was killed starts late, and is not billed before", async () => {
    const { id } = await queued({ usdPerHour: "36" });
    const worker = supervisor("good");
    const nobody: Engine = {
      ...worker.engines.trl,
      order: () => {
        throw new Error("killed here");
      },
    };
    await superviseOnce({ ...worker, engines: { ...worker.engines, trl: nobody } });
    const hourMs = 3_600_000;
    const later = (ms: number): Date => new Date(Date.now() + hourMs + ms);
    const claimed = { ...worker, now: () => later(0) };
    await superviseOnce(claimed);
    await superviseOnce({ ...claimed, now: () => later(11_000) });
    const launched = await showJob(store, id, later(11_000).getTime());
    expect(launched.attempts).toHaveLength(1);
    expect(Date.parse(launched.attempts[0]!.startedAt)).toBeGreaterThanOrEqual(later(10_000).getTime() - 5000);
    expect(Number(launched.spentUsd)).toBeLessThan(0.1);
  });

  test("that hangs is stopped, and goes on from its last checkpoint", async () => {
    const { id } = await queued({ stallSec: 1, maxAttempts: 100 });
    const job = await until(supervisor("hang"), id, ended);
    expect(job.state).toBe("done-verified");
    // on a loaded machine an attempt may take longer than that to start, and is stopped too
    const hung = { exitSignal: "SIGKILL", outcome: expect.stringContaining("no progress") as string };
    expect(job.attempts).toContainEqual(expect.objectContaining(hung));
    expect(job.attempts.at(-1)!.resumedFrom).toMatch(/checkpoint-\d+$/);
  });

  test("that ignores SIGTERM is killed after the grace period", async () => {
    const { id } = await queued({ maxSteps: 100_000 });
    const worker = supervisor("deaf");
    await until(worker, id, ({ step }) => (step ?? 0) > 0);
    await stopTraining(store, id, Date.now());
    const job = await until(worker, id, ended);
    expect(job).toMatchObject({ state: "stopped", attempts: [{ exitSignal: "SIGKILL" }] });
  });

  test("whose trainer is killed -9 goes on as a new attempt from the last whole checkpoint", async () => {
    const { id } = await queued({ maxSteps: 1000 });
    const worker = supervisor("good");
    const running = await until(worker, id, ({ step }) => (step ?? 0) >= 5);
    process.kill(startsOf(running)[0]!, "SIGKILL");
    hurry(running);
    while (!existsSync(join(running.folder, "attempts/1/exit.json"))) await sleep(20);
    const out = join(running.folder, "out");
    cpSync(join(out, "checkpoint-4"), join(out, "checkpoint-998"), { recursive: true });
    writeFileSync(join(out, "checkpoint-998", "optimizer.pt"), "torn");
    const job = await until(worker, id, ended);
    expect(job).toMatchObject({ state: "done-verified", attempts: [{ exitSignal: "SIGKILL" }, { exitCode: 0 }] });
    const resumed = Number(/checkpoint-(\d+)$/.exec(job.attempts[1]!.resumedFrom ?? "")?.[1]);
    expect(resumed).toBeGreaterThanOrEqual(4);
    expect(resumed).toBeLessThan(998);
  });

  test("whose whole machine is lost, wrapper and trainer, goes on from its last checkpoint", async () => {
    const { id } = await queued({ maxSteps: 1000 });
    const worker = supervisor("good");
    const running = await until(worker, id, ({ step }) => (step ?? 0) >= 5);
    const attempt = join(running.folder, "attempts/1");
    for (const who of ["wrapper", "trainer"] as const) process.kill((await readProcess(attempt, who))!.pid, "SIGKILL");
    hurry(running);
    const job = await until(worker, id, ended);
    expect(job).toMatchObject({
      state: "done-verified",
      attempts: [{ exitCode: null, exitSignal: null }, { exitCode: 0 }],
    });
    expect(job.attempts[0]!.outcome).toContain("unknown exit status");
    expect(job.attempts[1]!.resumedFrom).toMatch(/checkpoint-\d+$/);
  });

  test.each([
    { way: "ahead", jumpMs: 30 * 3_600_000 },
    { way: "back", jumpMs: -30 * 3_600_000 },
  ])("is not ended, and pays for no hour more, when the clock jumps $way", async ({ jumpMs }) => {
    const { id } = await queued({ maxSteps: 30, maxHours: 1, usdPerHour: "1", maxUsd: "0.5" });
    let offsetMs = 0;
    const worker = { ...supervisor("good"), now: () => new Date(Date.now() + offsetMs) };
    const stop = new AbortController();
    await supervise(worker, {
      signal: stop.signal,
      isDone: async () => {
        const { step, endedAt } = await showJob(store, id, Date.now());
        if ((step ?? 0) >= 3) offsetMs = jumpMs;
        return endedAt !== null;
      },
    });
    expect(offsetMs).toBe(jumpMs);
    const job = await showJob(store, id, Date.now());
    expect(job).toMatchObject({ state: "done-verified", attempts: [{ attempt: 1, exitCode: 0 }] });
    expect(Number(job.spentUsd)).toBeLessThan(0.5);
  });

  test("is taken up by the next supervisor, and never started twice", async () => {
    const { id } = await queued({ maxSteps: 20 });
    await until(supervisor("good"), id, ({ step }) => (step ?? 0) >= 2);
    const job = await until(supervisor("good"), id, ended);
    expect(job.state).toBe("done-verified");
    expect(startsOf(job)).toHaveLength(1);
  });

  test("is stopped before its cap, the grace period included", async () => {
    const { id } = await queued({ maxSteps: 100_000, usdPerHour: "3600", maxUsd: "5" });
    const job = await until(supervisor("good"), id, ended);
    expect(job.state).toBe("over-budget");
    // It may stop earlier where a busy machine looks seldom, and never later.
    expect(Number(job.spentUsd)).toBeGreaterThan(0);
    expect(Number(job.spentUsd)).toBeLessThanOrEqual(5);
  });

  test("is refused where its cap passes a budget, holds it while it runs, and gives it back", async () => {
    const whole = { scope: "programme", key: "", period: "total", setBy: "QA", sourceSha256: null };
    await setBudget(store, BudgetRequest.parse({ ...whole, capUsd: "5" }), Date.now());
    const cap = { usdPerHour: "0.10" };
    const failure = await catchFailureAsync(() => queued({ ...cap, maxUsd: "6" }));
    expect(failure.kind).toBe("over_budget");
    const { id } = await queued({ ...cap, maxUsd: "4" });
    const held = async (): Promise<string> => (await budgetStates(store, PRICING, now()))[0]!.heldUsd;
    expect(Number(await held())).toBeCloseTo(4, 3);
    expect((await until(supervisor("good"), id, ended)).state).toBe("done-verified");
    expect(await held()).toBe("0.00");
  });

  test("whose folder is moved is unreachable, and goes on once it is back", async () => {
    const { id } = await queued({ maxSteps: 1000, usdPerHour: "1" });
    const { folder: home } = await until(supervisor("good"), id, ({ step }) => (step ?? 0) >= 3);
    const wrapper = await readProcess(join(home, "attempts", "1"), "wrapper");
    renameSync(home, `${home}-moved`);
    // the trainer fails at its next step, and nobody can record it
    while (isProcessAlive(wrapper!.pid)) await sleep(20);
    await superviseOnce(supervisor("good"));
    const lost = await showJob(store, id, Date.now());
    expect(lost).toMatchObject({ state: "unreachable", endedAt: null });
    expect(lost.reason).toContain(`its files are not in ${home}: move the programme folder back there`);
    hurry({ ...lost, folder: `${home}-moved` });
    renameSync(`${home}-moved`, home);
    expect(await until(supervisor("good"), id, ended)).toMatchObject({ state: "done-verified", step: 1000 });
  });

  test("whose folder is moved is not started again where its trainer makes a new one", async () => {
    const { id } = await queued({ maxSteps: 20, usdPerHour: "1" });
    const { folder: home } = await until(supervisor("hang"), id, ({ step }) => (step ?? 0) >= 2);
    renameSync(home, `${home}-moved`);
    mkdirSync(join(home, "out", "checkpoint-4"), { recursive: true });
    await superviseOnce(supervisor("hang"));
    expect(await showJob(store, id, Date.now())).toMatchObject({ state: "unreachable", endedAt: null });
    expect((await catchFailureAsync(() => resumeTraining(store, { id }, RESUME))).message).toContain("has not ended");
    await stopTraining(store, id, Date.now());
    expect(await until(supervisor("hang"), id, ended)).toMatchObject({ state: "stopped" });
    expect((await catchFailureAsync(() => resumeTraining(store, { id }, RESUME))).message).toContain("no longer in");
  });

  test.each(["next to the database", "elsewhere", "elsewhere after its wrapper was killed"])(
    "whose folder was moved %s is stopped with its trainer, and costs money until then",
    async (where) => {
      const { id } = await queued({ maxSteps: 200, usdPerHour: "3600" });
      const { folder: home } = await until(supervisor("hang"), id, ({ step }) => (step ?? 0) >= 2);
      const trainer = startsOf(await showJob(store, id, 0))[0]!;
      const moved = where.startsWith("elsewhere") ? `${home}-moved` : join(store.dataDir, "jobs", id);
      const wrapper = await readProcess(join(home, "attempts", "1"), "wrapper");
      if (where.endsWith("killed")) process.kill(wrapper!.pid, "SIGKILL");
      mkdirSync(dirname(moved), { recursive: true });
      renameSync(home, moved);
      await superviseOnce(supervisor("hang"));
      expect(isProcessAlive(trainer)).toBe(true);
      const askedMs = Date.now();
      await stopTraining(store, id, askedMs);
      const job = await until(supervisor("hang"), id, ended);
      expect(job).toMatchObject({ state: "stopped", reason: "stopped by request, while its files were missing" });
      expect(isProcessAlive(trainer)).toBe(false);
      // this trainer hears nothing, so that it ends a grace period of one second after the request
      expect(Date.parse(job.attempts[0]!.endedAt!)).toBeGreaterThan(askedMs + 900);
      expect(Number(job.spentUsd)).toBeGreaterThan(1); // a dollar a second
      await rm(moved, { recursive: true });
    },
  );

  test("whose folder is missing is stopped at its cap", async () => {
    const { id } = await queued({ maxSteps: 200, usdPerHour: "3600", maxUsd: "6", graceSec: 1 });
    const { folder: home } = await until(supervisor("hang"), id, ({ step }) => (step ?? 0) >= 2);
    const trainer = startsOf(await showJob(store, id, 0))[0]!;
    renameSync(home, `${home}-moved`);
    const job = await until(supervisor("hang"), id, ended);
    expect(job).toMatchObject({
      state: "over-budget",
      reason: "stopped before its limit, while its files were missing",
    });
    expect(Number(job.spentUsd)).toBeLessThanOrEqual(6);
    expect(isProcessAlive(trainer)).toBe(false);
  });

  test("whose folder and trainer are both gone ends when it is stopped, and costs money until that request", async () => {
    const { id } = await queued({ maxSteps: 200, usdPerHour: "3600" });
    const { folder: home } = await until(supervisor("good"), id, ({ step }) => (step ?? 0) >= 3);
    renameSync(home, `${home}-moved`); // this trainer writes each step into its folder, and fails without it
    await superviseOnce(supervisor("good"));
    await sleep(500);
    await stopTraining(store, id, Date.now());
    const job = await until(supervisor("good"), id, ended);
    expect(job).toMatchObject({ state: "stopped", reason: "stopped by request, while its files were missing" });
    expect(Number(job.spentUsd)).toBeGreaterThan(0.05); // a dollar a second
    expect(Date.parse(job.attempts[0]!.endedAt!)).toBeLessThanOrEqual(Date.now());
  });

  test("is not started on a dataset that changed after it was frozen", async () => {
    const { id } = await queued();
    const config = JSON.parse(readFileSync(join((await showJob(store, id, 0)).folder, "config.json"), "utf8")) as {
      files: string[];
    };
    await rm(config.files[0]!);
    await writeFile(config.files[0]!, '{"text":"one"}\n{"text":"too"}\n');
    const job = await until(supervisor("good"), id, ended);
    expect(job).toMatchObject({ state: "failed-config", attempts: [] });
  });

  test("ends, and is not tried for ever, where its dataset or its config is gone", async () => {
    const { id } = await queued();
    const config = join((await showJob(store, id, 0)).folder, "config.json");
    const { files } = JSON.parse(readFileSync(config, "utf8")) as { files: string[] };
    await rm(dirname(files[0]!), { recursive: true });
    expect(await until(supervisor("good"), id, ended)).toMatchObject({ state: "failed-config", attempts: [] });
    const other = await queued();
    writeFileSync(join((await showJob(store, other.id, 0)).folder, "config.json"), "{}");
    expect(await until(supervisor("good"), other.id, ended)).toMatchObject({
      state: "failed-config",
      reason: "its config.json names no dataset file",
    });
  });
});

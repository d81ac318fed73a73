import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { BudgetRequest } from "../../../src/domain/money.ts";
import { setBudget } from "../../../src/programme/money/budgets.ts";
import { approveSweep } from "../../../src/programme/sweep/approve-sweep.ts";
import { resumeSweep, stopSweep } from "../../../src/programme/sweep/stop-sweep.ts";
import { showSweep } from "../../../src/programme/sweep/sweep-rows.ts";
import { specOf } from "../../../src/programme/training/job-rows.ts";
import { resumeTraining } from "../../../src/programme/training/resume-training.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { dyingAfter } from "../../store/dying-store.ts";
import { PRICING, SimulatedSweep } from "./simulated-sweep.ts";
import { countOf, testSweeps } from "./test-sweeps.ts";
import { longTest } from "../../long-suite.ts";

const { simulated, finished } = testSweeps();

const folderOf = (): string => "/no-programme";

describe("a sweep", () => {
  longTest(
    "by promotion pauses trials at rungs, promotes the best, and begins with the file's own values",
    async () => {
      const sweep = await finished({
        trials: 9,
        workers: 3,
        stopping: { rule: "promote", minSteps: 3, eta: 3, waitTrials: 4 },
      });
      expect(sweep).toMatchObject({ state: "done", plan: { rungs: [3, 9] } });
      expect(sweep.trials).toHaveLength(9);
      expect(sweep.trials[0]).toMatchObject({ kind: "baseline", values: { learningRate: 1e-4 } });
      expect(countOf(sweep, "done")).toBeGreaterThanOrEqual(1);
      expect(countOf(sweep, "paused")).toBeGreaterThanOrEqual(5);
      const steps = sweep.trials.map(({ points }) => points.length);
      expect(new Set(steps)).toEqual(new Set([3, 9, 27]));
      expect(sweep.best).toMatchObject({ trial: 1, isPartial: false, seeds: 1 });
    },
  );

  test("that was stopped goes on where it was", async () => {
    const { store, sim } = await simulated();
    const id = await sim.start({
      trials: 5,
      workers: 2,
      stopping: { rule: "promote", minSteps: 3, eta: 3, waitTrials: 0 },
    });
    for (let look = 0; look < 8; look++) await sim.tick();
    await stopSweep(store, id, Date.now());
    await sim.untilEnd(id);
    expect(await showSweep(store, id, Date.now())).toMatchObject({ state: "stopped", reason: "stopped by request" });
    await resumeSweep(store, { id }, { pricing: PRICING, now: sim.supervisor.now, folderOf });
    await sim.untilEnd(id);
    const sweep = await showSweep(store, id, Date.now());
    expect(sweep).toMatchObject({ state: "done" });
    expect(sweep.trials).toHaveLength(5);
    expect(countOf(sweep, "done")).toBeGreaterThanOrEqual(1);
  });

  const held = async (store: Store): Promise<string[]> =>
    (await store.db.selectFrom("ledger_balances").select(["account", "amount"]).execute())
      .filter(({ account, amount }) => account.startsWith("hold:") && Number(amount) !== 0)
      .map(({ account, amount }) => `${account.replace(/[\da-f]{12,}/, "ID")} ${amount}`);

  test("holds its amount once, however many trials it pauses, and ends inside a budget that is as large", async () => {
    const { store, sim } = await simulated();
    const budget = { scope: "programme", key: "", capUsd: "0.6", period: "total", setBy: "QA", sourceSha256: null };
    await setBudget(store, BudgetRequest.parse(budget), Date.now());
    const id = await sim.start({
      trials: 9,
      workers: 3,
      maxUsd: "0.5",
      stopping: { rule: "promote", minSteps: 3, eta: 3, waitTrials: 4 },
    });
    for (let look = 0; look < 20; look++) await sim.tick();
    expect((await showSweep(store, id, Date.now())).trials.some(({ state }) => state === "paused")).toBe(true);
    expect(await held(store)).toEqual(["hold:sweep-ID 0.50"]);
    await sim.untilEnd(id);
    expect(await showSweep(store, id, Date.now())).toMatchObject({ state: "done", reason: null });
    expect(await held(store)).toEqual([]);
    expect(sim.failures).toEqual([]);
  });

  longTest(
    "keeps its amount although every trial takes the whole grace period, a look and a second to end",
    async () => {
      const { store, sim } = await simulated();
      sim.lingerMs = 60_000 + 1000 + 1000;
      const id = await sim.start({ trials: 1000, workers: 3, maxUsd: "0.3", stopping: { rule: "none" } });
      await sim.untilEnd(id);
      const sweep = await showSweep(store, id, sim.supervisor.now().getTime());
      expect(sweep).toMatchObject({ state: "over-budget", reason: "its budget is spent" });
      expect(Number(sweep.spentUsd)).toBeLessThanOrEqual(0.3);
      expect(Number(sweep.spentUsd)).toBeGreaterThan(0.28);
      // what its end interrupted waits for `sweep resume`
      expect(sweep.trials.map(({ state }) => state)).not.toContain("running");
      expect(countOf(sweep, "paused")).toBeGreaterThan(0);
    },
  );

  longTest("begins no trial whose start takes what is left of its amount", async () => {
    const { store, sim } = await simulated();
    sim.startMs = 60_000;
    const id = await sim.start({
      trials: 1000,
      workers: 2,
      maxUsd: "0.6",
      stopping: { rule: "asha", minSteps: 3, eta: 3, firstTrials: 0 },
    });
    await sim.untilEnd(id);
    const sweep = await showSweep(store, id, sim.supervisor.now().getTime());
    expect(sweep).toMatchObject({ state: "done", reason: "its budget does not cover another trial" });
    expect(sweep.trials.every(({ step }) => step !== null)).toBe(true);
    expect(Number(sweep.spentUsd)).toBeGreaterThan(0.4);
  });

  test("whose amount does not cover the end of one trial starts none, and can be resumed with more", async () => {
    const { store, sim } = await simulated();
    const id = await sim.start({ trials: 6, maxUsd: "0.05" });
    await sim.untilEnd(id);
    const reason = "its budget does not cover the end of one trial";
    expect(await showSweep(store, id, Date.now())).toMatchObject({ state: "over-budget", reason, trials: [] });
    await resumeSweep(store, { id, maxUsd: "0.2" }, { pricing: PRICING, now: sim.supervisor.now, folderOf });
    await sim.untilEnd(id);
    expect((await showSweep(store, id, Date.now())).trials.length).toBeGreaterThan(0);
  });

  test("that ended because its amount starts no further trial goes on with more", async () => {
    const { store, sim } = await simulated();
    const id = await sim.start({ trials: 1000, maxUsd: "0.15", stopping: { rule: "none" } });
    await sim.untilEnd(id);
    const reason = "its budget does not cover another trial";
    const before = await showSweep(store, id, Date.now());
    expect(before).toMatchObject({ state: "done", reason });
    const place = { pricing: PRICING, now: sim.supervisor.now, folderOf };
    const refused = await catchFailureAsync(() => resumeSweep(store, { id }, place));
    expect(refused.hint).toBe(`give it more: tunewright sweep resume ${id} --max-usd USD`);
    await resumeSweep(store, { id, maxUsd: "0.3" }, place);
    await sim.untilEnd(id);
    const after = await showSweep(store, id, Date.now());
    expect(after).toMatchObject({ state: "done", reason });
    expect(countOf(after, "done")).toBeGreaterThan(countOf(before, "done"));
    expect(Number(after.spentUsd)).toBeLessThanOrEqual(0.3);
  });

  test("keeps its amount and its cost whatever is done to the tags of its runs", async () => {
    const { store, sim } = await simulated();
    const stopping = { rule: "promote" as const, minSteps: 3, eta: 3, waitTrials: 0 };
    const id = await sim.start({ trials: 20, maxUsd: "0.3", stopping, rungSchedule: "own" });
    for (let look = 0; look < 50; look++) await sim.tick();
    const now = sim.supervisor.now().getTime();
    const before = await showSweep(store, id, now);
    expect(before.trials.some(({ rung, usd }) => rung > 0 && Number(usd) > 0)).toBe(true);
    await store.write((db) => db.deleteFrom("run_tags").where("key", "like", "tunewright.%").execute());
    expect(await showSweep(store, id, now)).toEqual(before);
    await sim.untilEnd(id);
    expect(Number((await showSweep(store, id, now)).spentUsd)).toBeLessThanOrEqual(0.3);
  });

  test("is refused where a budget does not cover its amount", async () => {
    const { store, sim } = await simulated();
    const budget = { scope: "experiment", key: "training", capUsd: "0.4", period: "total", setBy: "QA" };
    await setBudget(store, BudgetRequest.parse({ ...budget, sourceSha256: null }), Date.now());
    const failure = await catchFailureAsync(() => sim.start({ trials: 9, maxUsd: "0.5" }));
    expect(failure).toMatchObject({
      kind: "over_budget",
      message: expect.stringMatching(/^0.5 USD for sweep [\da-f]+ /),
    });
    await sim.start({ trials: 9, maxUsd: "0.3" });
    // also before its first trial, the other amount is taken
    expect((await catchFailureAsync(() => sim.start({ trials: 9, maxUsd: "0.3" }))).kind).toBe("over_budget");
  });

  test("that is resumed with a new amount gives it to the sweep, not to each trial", async () => {
    const { store, sim } = await simulated();
    const id = await sim.start({ trials: 6, workers: 2, maxUsd: "0.13", stopping: { rule: "none" } });
    await sim.untilEnd(id);
    expect(await showSweep(store, id, Date.now())).toMatchObject({ state: "over-budget" });
    await resumeSweep(store, { id, maxUsd: "0.2" }, { pricing: PRICING, now: sim.supervisor.now, folderOf });
    const open = await store.db.selectFrom("jobs").select("spec").where("ended_ms", "is", null).execute();
    expect(open.length).toBeGreaterThan(0);
    for (const job of open) expect(Number(specOf(job).maxUsd)).toBeLessThan(0.2);
    expect(await held(store)).toEqual(["hold:sweep-ID 0.20"]);
    await sim.untilEnd(id);
    const { spentUsd } = await showSweep(store, id, Date.now());
    expect(Number(spentUsd)).toBeLessThanOrEqual(0.2);
  });

  test("that is killed between two transactions of its start or its resumption leaves no amount reserved for nothing", async () => {
    const { store, sim } = await simulated();
    const dir = await mkdtemp(join(tmpdir(), "tunewright-killed-"));
    const open = (): Promise<object[]> =>
      store.db.selectFrom("sweeps").select("sweep_id").where("ended_ms", "is", null).execute();
    const fields = { trials: 6, workers: 2, maxUsd: "0.13", stopping: { rule: "none" as const } };
    let id: string | undefined;
    for (let done = 0; id === undefined; done++) {
      id = await new SimulatedSweep(dyingAfter(store, done), dir).start(fields).catch(() => undefined);
      expect((await held(store)).length, `killed after ${done} transactions of the start`).toBe((await open()).length);
    }
    for (let look = 0; look < 3; look++) await sim.tick();
    await stopSweep(store, id, Date.now());
    await sim.untilEnd(id);
    expect(await held(store)).toEqual([]);
    const place = { pricing: PRICING, now: sim.supervisor.now, folderOf };
    for (let done = 0, isDone = false; !isDone; done++) {
      isDone = await resumeSweep(dyingAfter(store, done), { id, maxUsd: "0.2" }, place).then(
        () => true,
        () => false,
      );
      expect((await held(store)).length, `killed after ${done} transactions of the resumption`).toBe(
        (await open()).length,
      );
    }
    expect(await held(store)).toEqual(["hold:sweep-ID 0.20"]);
    await rm(dir, { recursive: true });
  });

  test("starts only when its amount is approved, and says who did", async () => {
    const { store, sim } = await simulated();
    const id = await sim.start({ trials: 3, maxUsd: "0.5" }, "a sweep above 0.1 USD requires approval");
    for (let look = 0; look < 5; look++) await sim.tick();
    const waiting = await showSweep(store, id, Date.now());
    expect(waiting).toMatchObject({ state: "awaiting-approval", approvedBy: null, trials: [] });
    const place = { pricing: PRICING, now: sim.supervisor.now };
    await approveSweep(store, { id, by: "Ada" }, place);
    const again = await catchFailureAsync(() => approveSweep(store, { id, by: "Bo" }, place));
    expect(again.message).toMatch(/is not waiting for approval: its state is running$/);
    await sim.untilEnd(id);
    expect(await showSweep(store, id, Date.now())).toMatchObject({ state: "done", approvedBy: "Ada" });
  });

  test("that waits for its approval is stopped without a trial, and gives its amount back", async () => {
    const { store, sim } = await simulated();
    const id = await sim.start({ trials: 3, maxUsd: "0.5" }, "a sweep above 0.1 USD requires approval");
    expect(await held(store)).toEqual(["hold:sweep-ID 0.50"]);
    await stopSweep(store, id, Date.now());
    await sim.untilEnd(id);
    expect(await showSweep(store, id, Date.now())).toMatchObject({ state: "stopped", trials: [] });
    expect(await held(store)).toEqual([]);
  });

  test("waits again when it is resumed with an amount that nobody approved, and its trials with it", async () => {
    const { store, sim } = await simulated();
    const id = await sim.start({ trials: 3, workers: 2, maxUsd: "0.5", stopping: { rule: "none" } });
    for (let look = 0; look < 5; look++) await sim.tick();
    await stopSweep(store, id, Date.now());
    await sim.untilEnd(id);
    const dir = await mkdtemp(join(tmpdir(), "tunewright-approval-"));
    const programme =
      'version: 1\nname: p\ntask: { kind: classification, goals: [format], classes: 3 }\nmodel: { base: Qwen3-8B }\ndata: { files: [], plannedRows: 10 }\ntraining: { approveAboveUsd: "1" }\n';
    await writeFile(join(dir, "programme.yaml"), programme);
    const place = { pricing: PRICING, now: sim.supervisor.now, folderOf: () => dir };
    const waiting = await resumeSweep(store, { id, maxUsd: "2" }, place);
    expect(waiting).toMatchObject({
      state: "awaiting-approval",
      reason: "a sweep above 1 USD requires approval",
      endedAt: null,
    });
    const steps = waiting.trials.map(({ step }) => step);
    for (let look = 0; look < 5; look++) await sim.tick();
    const later = await showSweep(store, id, Date.now());
    expect(later.trials.map(({ step }) => step)).toEqual(steps);
    expect(later.trials.every(({ jobState }) => jobState === "stopped")).toBe(true);
    await approveSweep(store, { id, by: "Ada" }, place);
    await sim.untilEnd(id);
    expect(await showSweep(store, id, Date.now())).toMatchObject({ state: "done", approvedBy: "Ada", maxUsd: "2" });
    await rm(dir, { recursive: true });
  });

  test("whose files were moved with their folder is not resumed, nor is one of its jobs", async () => {
    const { store, sim } = await simulated();
    const id = await sim.start({ trials: 3, maxUsd: "0.5" });
    for (let look = 0; look < 5; look++) await sim.tick();
    await stopSweep(store, id, Date.now());
    await sim.untilEnd(id);
    const job = await store.db.selectFrom("jobs").select(["job_id", "folder"]).executeTakeFirstOrThrow();
    await rename(job.folder, `${job.folder}-moved`);
    const place = { pricing: PRICING, now: sim.supervisor.now, folderOf };
    const said = /^job [\da-f]{12} cannot be resumed: its files are no longer in \//;
    expect((await catchFailureAsync(() => resumeSweep(store, { id }, place))).message).toMatch(said);
    expect((await catchFailureAsync(() => resumeTraining(store, { id: job.job_id }, place))).message).toMatch(said);
    expect(await held(store)).toEqual([]);
    await rename(`${job.folder}-moved`, job.folder);
    expect(await resumeSweep(store, { id }, place)).toMatchObject({ state: "running" });
  });

  test("begins no more after three trials in a row that failed before a step, and tries again when it is resumed", async () => {
    const { store, sim } = await simulated();
    sim.isBroken = true;
    const id = await sim.start({ trials: 50, workers: 2, maxUsd: "0.5" });
    await sim.untilEnd(id);
    const sweep = await showSweep(store, id, Date.now());
    expect(sweep).toMatchObject({
      state: "failed",
      reason: "3 trials in a row failed before their first step; the last: exit status 1: no module torch",
    });
    expect(sweep.trials.length).toBeLessThan(6);
    sim.isBroken = false;
    await resumeSweep(store, { id }, { pricing: PRICING, now: sim.supervisor.now, folderOf });
    for (let look = 0; look < 6; look++) await sim.tick();
    expect((await showSweep(store, id, Date.now())).trials.some(({ step }) => step !== null)).toBe(true);
  });
});

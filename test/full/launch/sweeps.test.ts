import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Sweep } from "../../../src/domain/sweep.ts";
import { showSweep } from "../../../src/programme/sweep/sweep-rows.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { openTestStore } from "../../store/open-test-store.ts";
import { SimulatedSweep } from "../../launch/sweep/simulated-sweep.ts";

let folder: string;
let ends: (() => Promise<void>)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-sweep-"));
  ends = [];
});
afterEach(async () => {
  for (const end of ends) await end();
  await rm(folder, { recursive: true, force: true });
});

async function simulated(): Promise<{ store: Store; sim: SimulatedSweep }> {
  const { store, end } = await openTestStore(() => new Date());
  ends.push(end);
  return { store, sim: new SimulatedSweep(store, folder) };
}

async function finished(fields: Parameters<SimulatedSweep["start"]>[0]): Promise<Sweep> {
  const { store, sim } = await simulated();
  const id = await sim.start(fields);
  await sim.untilEnd(id);
  expect(sim.failures).toEqual([]);
  return showSweep(store, id, Date.now());
}

const countOf = (sweep: Sweep, state: string): number => sweep.trials.filter((trial) => trial.state === state).length;

describe("a sweep", () => {
  test("by asha stops the bad ones for good", async () => {
    const sweep = await finished({ trials: 9, stopping: { rule: "asha", minSteps: 3, eta: 3, firstTrials: 0 } });
    expect(countOf(sweep, "stopped") + countOf(sweep, "done")).toBe(9);
    expect(countOf(sweep, "stopped")).toBeGreaterThan(4);
    expect(sweep.trials.every(({ state, jobState }) => state !== "stopped" || jobState === "stopped")).toBe(true);
  });

  test("gives each rung a run with a schedule of its own, where it is asked to", async () => {
    const { store, sim } = await simulated();
    const id = await sim.start({
      trials: 4,
      rungSchedule: "own",
      stopping: { rule: "promote", minSteps: 3, eta: 3, waitTrials: 0 },
    });
    await sim.untilEnd(id);
    const jobs = await store.db.selectFrom("jobs").select("spec").orderBy("job_no").execute();
    const lengths = jobs.map(({ spec }) => (JSON.parse(spec) as { maxSteps: number }).maxSteps);
    expect(lengths.filter((length) => length === 3)).toHaveLength(4);
    expect(lengths).toContain(9);
    const { trials } = await showSweep(store, id, Date.now());
    expect(new Set(trials.flatMap(({ points }) => points.map(([step]) => step)))).toEqual(new Set(lengths));
  });

  test("repeats the best with other seeds, and gives an interval", async () => {
    const sweep = await finished({
      trials: 4,
      search: { method: "random", seed: 1, startupTrials: 1 },
      stopping: { rule: "none" },
      confirm: { best: 1, seeds: 2 },
    });
    expect(sweep.trials.filter(({ kind }) => kind === "confirm").map(({ values }) => values.seed)).toEqual([1, 2]);
    expect(sweep.best).toMatchObject({ seeds: 3, reason: null });
  });

  test("ends before its amount is passed, and pays for what it began", async () => {
    const sweep = await finished({
      trials: 1000,
      maxUsd: "0.2",
      stopping: { rule: "asha", minSteps: 3, eta: 3, firstTrials: 0 },
    });
    expect(Number(sweep.spentUsd)).toBeLessThanOrEqual(0.2);
    expect(Number(sweep.spentUsd)).toBeGreaterThan(0.1);
    expect(sweep.trials.length).toBeLessThan(100);
    expect(sweep.reason).toMatch(/budget is spent/);
  });
});

import { describe, expect, test } from "vitest";

import { showSweep } from "../../../src/programme/sweep/sweep-rows.ts";
import { countOf, testSweeps } from "../../launch/sweep/test-sweeps.ts";

const { simulated, finished } = testSweeps();

describe("a sweep", () => {
  test("by asha stops the bad ones for good", async () => {
    const sweep = await finished({ trials: 9, stopping: { rule: "asha", minSteps: 3, eta: 3, firstTrials: 0 } });
    expect(countOf(sweep, "stopped") + countOf(sweep, "done")).toBe(9);
    expect(countOf(sweep, "stopped")).toBeGreaterThan(4);
    for (const { state, rung } of sweep.trials) if (state === "done") expect(rung).toBe(sweep.plan.rungs.length);
    expect(sweep.trials.find(({ points }) => points.length === 3)).toMatchObject({ state: "stopped", rung: 0 });
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
    expect(sweep.reason).toBe("its budget does not cover another trial");
  });
});

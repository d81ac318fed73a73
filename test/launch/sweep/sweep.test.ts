import { describe, expect, test } from "vitest";

import { resumeSweep, stopSweep } from "../../../src/programme/sweep/stop-sweep.ts";
import { showSweep } from "../../../src/programme/sweep/sweep-rows.ts";
import { countOf, testSweeps } from "./test-sweeps.ts";

const { simulated, finished } = testSweeps();

describe("a sweep", () => {
  test("by promotion pauses trials at rungs, promotes the best, and begins with the file's own values", async () => {
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
  });

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
    const pricing = { programmes: ["p"], pricesOf: () => [], now: () => new Date() };
    await resumeSweep(store, { id }, { pricing, now: sim.supervisor.now });
    await sim.untilEnd(id);
    const sweep = await showSweep(store, id, Date.now());
    expect(sweep).toMatchObject({ state: "done" });
    expect(sweep.trials).toHaveLength(5);
    expect(countOf(sweep, "done")).toBeGreaterThanOrEqual(1);
  });
});

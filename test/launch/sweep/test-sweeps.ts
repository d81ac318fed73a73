import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect } from "vitest";

import type { Sweep } from "../../../src/domain/sweep.ts";
import { showSweep } from "../../../src/programme/sweep/sweep-rows.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { openTestStore } from "../../store/open-test-store.ts";
import { SimulatedSweep } from "./simulated-sweep.ts";

/** Sweeps of simulated trials: of the tests of one file. */
export type TestSweeps = {
  simulated: () => Promise<{ store: Store; sim: SimulatedSweep }>;
  /** Runs a sweep to its end. */
  finished: (fields: Parameters<SimulatedSweep["start"]>[0]) => Promise<Sweep>;
};

/** Sweeps that each have a database of their own, closed after each test. */
export function testSweeps(): TestSweeps {
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
  const simulated: TestSweeps["simulated"] = async () => {
    const { store, end } = await openTestStore(() => new Date());
    ends.push(end);
    return { store, sim: new SimulatedSweep(store, folder) };
  };
  const finished: TestSweeps["finished"] = async (fields) => {
    const { store, sim } = await simulated();
    const id = await sim.start(fields);
    await sim.untilEnd(id);
    expect(sim.failures).toEqual([]);
    return showSweep(store, id, Date.now());
  };
  return { simulated, finished };
}

/** Number of trials in a state. */
export function countOf(sweep: Sweep, state: string): number {
  return sweep.trials.filter((trial) => trial.state === state).length;
}

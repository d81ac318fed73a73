import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { findSweep } from "../../../src/programme/sweep/sweep-rows.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { SimulatedSweep } from "../../launch/sweep/simulated-sweep.ts";
import { openTestStore } from "../../store/open-test-store.ts";

/** The log of a sweep without its numbers of rows. */
async function logOf(store: Store, id: string): Promise<unknown[]> {
  const { sweep_no } = await findSweep(store, id);
  const log = await store.db
    .selectFrom("sweep_events")
    .select(["seq", "kind", "trial", "step", "value", "decision"])
    .where("sweep_no", "=", sweep_no)
    .orderBy("seq")
    .execute();
  const trials = await store.db
    .selectFrom("sweep_trials")
    .select("trial_values")
    .where("sweep_no", "=", sweep_no)
    .orderBy("trial")
    .execute();
  return [...log, ...trials];
}

async function simulated(folder: string): Promise<{ store: Store; sim: SimulatedSweep; end: () => Promise<void> }> {
  const { store, end } = await openTestStore(() => new Date());
  return { store, sim: new SimulatedSweep(store, await mkdtemp(join(folder, "state-"))), end };
}

test("a supervisor that dies at any write leaves a log from which the next one decides the same", async () => {
  const fields = {
    trials: 8,
    workers: 2,
    search: { method: "tpe" as const, seed: 3, startupTrials: 3 },
    stopping: { rule: "promote" as const, minSteps: 3, eta: 3, waitTrials: 3 },
  };
  const folder = await mkdtemp(join(tmpdir(), "tunewright-sweep-"));
  const whole = await simulated(folder);
  const first = await whole.sim.start(fields);
  await whole.sim.untilEnd(first);
  const broken = await simulated(folder);
  const second = await broken.sim.start(fields);
  // every third write of the supervisor fails, and its memory is gone
  let writes = 0;
  const { store } = broken;
  const dying = new Proxy(store, {
    get: (target, name) =>
      name !== "write"
        ? (Reflect.get(target, name) as unknown)
        : (unit: Parameters<Store["write"]>[0]) => {
            writes += 1;
            if (writes % 4 === 0) throw new Error("killed");
            return target.write(unit);
          },
  });
  Object.assign(broken.sim.supervisor, { store: dying });
  await broken.sim.untilEnd(second);
  expect(broken.sim.failures.length).toBeGreaterThan(10);
  expect(await logOf(store, second)).toEqual(await logOf(whole.store, first));
  for (const { end } of [whole, broken]) await end();
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

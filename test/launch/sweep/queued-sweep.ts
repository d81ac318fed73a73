import { SweepFile } from "../../../src/domain/sweep.ts";
import { planSweep } from "../../../src/programme/sweep/plan-sweep.ts";
import { insertSweep } from "../../../src/programme/sweep/start-sweep.ts";
import { programmeName } from "../../../src/programme/state/with-state.ts";
import { dataFolder, openStore } from "../../../src/store/open-store.ts";
import { BASE } from "./simulated-sweep.ts";

/** Writes a sweep into the state of a folder, none of whose trials has begun. Returns its id. */
export async function queuedSweep(
  folder: string,
  state: "running" | "stopped" | "awaiting-approval" = "running",
): Promise<string> {
  const now = (): Date => new Date("2026-11-25T12:00:00Z");
  const store = await openStore({ dataDir: dataFolder(folder) }, now);
  const spec = SweepFile.parse({
    version: 1,
    name: "s",
    metric: "loss",
    trials: 3,
    space: { loraRank: { values: [4, 8] } },
  });
  const prepared = {
    python: "python3",
    modelDir: "model",
    digest: "0".repeat(64),
    datasetFiles: [],
    evaluationFiles: null,
    dataDir: dataFolder(folder),
  };
  try {
    const plan = planSweep({ spec, base: BASE }, { unknown: "a simulation" });
    const { id } = await insertSweep(
      store,
      { spec, base: BASE, plan, prepared, ...(state === "awaiting-approval" ? { waitsFor: "it is a test" } : {}) },
      { programme: programmeName(folder), pricing: { programmes: [], pricesOf: () => [], now }, now },
    );
    if (state === "stopped") {
      await store.write((db) =>
        db.updateTable("sweeps").set({ state, ended_ms: now().getTime() }).where("sweep_id", "=", id).execute(),
      );
    }
    return id;
  } finally {
    await store.close();
  }
}

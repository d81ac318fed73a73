import { dataFolder, openStore } from "../../src/store/open-store.ts";
import { createRun } from "../../src/track/create-run.ts";
import { logBatch } from "../../src/track/log-batch.ts";

/** Logs one small run to the database of a folder, and returns its id. */
export async function loggedRun(folder: string): Promise<string> {
  const now = new Date("2026-11-25T12:00:00Z");
  const store = await openStore({ dataDir: dataFolder(folder) }, () => now);
  try {
    const { info } = await createRun(
      store,
      { experimentId: "0", userId: "ada", name: "sft", startMs: now.getTime(), tags: [{ key: "team", value: "nlp" }] },
      now.getTime(),
    );
    await logBatch(store, info.run_id, {
      metrics: [
        { key: "loss", value: 1.5, timestamp: now.getTime(), step: 1 },
        { key: "grad_norm", value: Number.NaN, timestamp: now.getTime(), step: 2n ** 62n },
      ],
      params: [{ key: "lr", value: "0.0002" }],
      tags: [],
      nowMs: now.getTime() + 5000,
    });
    return info.run_id;
  } finally {
    await store.close();
  }
}

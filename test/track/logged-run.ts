import { dataFolder, openStore } from "../../src/store/open-store.ts";
import { createExperiment } from "../../src/track/experiments.ts";
import { createRun } from "../../src/track/create-run.ts";
import { logBatch } from "../../src/track/log-batch.ts";

/** Logs one small run to the database of a folder, in an experiment of its own or the default one; returns its id. */
export async function loggedRun(folder: string, experiment?: string): Promise<string> {
  const now = new Date("2026-11-25T12:00:00Z");
  const store = await openStore({ dataDir: dataFolder(folder) }, () => now);
  try {
    const experimentId =
      experiment === undefined ? 0 : await createExperiment(store, { name: experiment, tags: [] }, now.getTime());
    const { info } = await createRun(
      store,
      {
        experimentId: String(experimentId),
        userId: "ada",
        name: "sft",
        startMs: now.getTime(),
        tags: [{ key: "team", value: "nlp" }],
      },
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

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { FrozenManifest } from "../../src/domain/frozen.ts";
import { TrainingFile } from "../../src/domain/training-job.ts";
import { programmeName } from "../../src/programme/state/with-state.ts";
import { queueTraining } from "../../src/programme/training/queue-training.ts";
import { dataFolder, openStore } from "../../src/store/open-store.ts";

/** The least that the file of a run says. */
const FILE = { version: 1, name: "sft", model: "model", dataset: "frozen/train", maxSteps: 10, saveSteps: 5 };
const PRICED = { usdPerHour: "2.50", maxUsd: "40" };

/**
 * Writes the file of a run into a folder and queues a job of it that nobody has started; above `approveAboveUsd` it waits
 * for approval. Returns the job's id.
 */
export async function queuedJob(folder: string, approveAboveUsd?: string): Promise<string> {
  const now = (): Date => new Date("2026-11-25T12:00:00Z");
  await writeFile(join(folder, "training.yaml"), JSON.stringify(FILE));
  const store = await openStore({ dataDir: dataFolder(folder) }, now);
  try {
    const manifest = { digest: "0".repeat(64) } as FrozenManifest;
    const job = await queueTraining(
      store,
      {
        spec: TrainingFile.parse(approveAboveUsd === undefined ? FILE : { ...FILE, ...PRICED }),
        approveAboveUsd,
        found: { python: "python3", manifest },
        config: {},
      },
      {
        programme: programmeName(folder),
        dataDir: dataFolder(folder),
        pricing: { programmes: [], pricesOf: () => [], now: () => new Date() },
        now,
      },
    );
    return job.id;
  } finally {
    await store.close();
  }
}

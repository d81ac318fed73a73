import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { TrainingFile } from "../../src/domain/training-job.ts";
import type { AttemptSight, LaunchOrder, PlacedAttempt, Scheduler } from "../../src/launch/schedulers/scheduler.ts";

/** An attempt that runs a shell script instead of a trainer, with its files in a folder. */
export function shellAttempt(
  folder: string,
  script: string,
  id = "4f21ab90c3de",
): { attempt: PlacedAttempt; order: LaunchOrder } {
  const jobFolder = join(folder, "jobs", id);
  mkdirSync(join(folder, "model"), { recursive: true });
  mkdirSync(join(jobFolder, "out"), { recursive: true });
  writeFileSync(join(folder, "model", "config.json"), "{}");
  writeFileSync(join(jobFolder, "config.json"), JSON.stringify({ model: join(folder, "model") }));
  const spec = TrainingFile.parse({
    version: 1,
    name: "sft",
    model: "model",
    dataset: "frozen",
    maxSteps: 1,
    saveSteps: 1,
    device: "cpu",
    python: "python3",
  });
  return {
    attempt: {
      id: `${id}-1`,
      jobFolder,
      folder: join(jobFolder, "attempts", "1"),
      spec,
      inputs: [join(folder, "model")],
    },
    order: { argv: ["sh", "-c", script], env: { CONFIG: join(jobFolder, "config.json") }, cwd: jobFolder },
  };
}

/** State of an attempt when it has ended. */
export async function untilEnded(scheduler: Scheduler, attempt: PlacedAttempt): Promise<AttemptSight> {
  for (;;) {
    const sight = await scheduler.observe(attempt);
    if (sight.isClaimed && !sight.isAlive) return sight;
    await sleep(200);
  }
}

import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { Failure, isSystemError } from "../../../base/failure.ts";
import { forget, holdTemporary } from "../../../base/temporary-file.ts";
import { openArtefact } from "../storing/artefact-store.ts";
import type { BatchSystem } from "../../../remote/batch-system.ts";
import type { Executor } from "./executor.ts";
import { placeKey } from "../storing/seal-key.ts";
import type { ShardTask, StageJob } from "./shard-task.ts";
import { type BatchFile, type TaskProblem, throwProblem } from "./worker-messages.ts";
import { workerFile } from "../../../base/worker-file.ts";

/** Maximum number of times that a task without a result is sent again. */
const ATTEMPTS = 3;

/** Maximum number of indices of one submission: Slurm's default MaxArraySize is 1,001. */
const MOST_BATCHES = 1_000;

/**
 * Number of batches for each worker: small enough that losing one costs little, large enough to outweigh the start-up
 * time.
 */
const BATCHES_PER_WORKER = 4;

const file = workerFile(new URL("./shard-batch.ts", import.meta.url));

/**
 * An executor on a cluster. Completed tasks are determined from the shared folder, never from the state that the
 * cluster reports: a task whose worker was killed, preempted or lost has no complete output and is sent again, up to
 * three times.
 */
export function batchExecutor(
  system: BatchSystem,
  { workers, scratch }: { workers: number; scratch: string },
): Executor {
  return {
    run: async (job, tasks, onDone) => {
      let left: readonly ShardTask[] = tasks;
      for (let attempt = 1; left.length > 0; attempt++) {
        const said = await runBatches(system, { job, tasks: left }, { workers, scratch });
        const missing: ShardTask[] = [];
        for (const task of left) {
          if (await isDone(job, task)) onDone();
          else missing.push(task);
        }
        left = missing;
        if (attempt === ATTEMPTS && left.length > 0) throw lost(system, { job, tasks: left, said });
      }
    },
    close: () => Promise.resolve(),
  };
}

async function runBatches(
  system: BatchSystem,
  { job, tasks }: { job: StageJob; tasks: readonly ShardTask[] },
  { workers, scratch }: { workers: number; scratch: string },
): Promise<string | undefined> {
  const folder = join(scratch, randomUUID());
  const batches = Math.min(tasks.length, workers * BATCHES_PER_WORKER, MOST_BATCHES);
  // Another machine may have another home: the keys of these two artefacts go with the job, and open nothing else.
  const keys = { input: placeKey(job.input), output: placeKey(job.output) };
  const content: BatchFile = { job: { ...job, keys }, tasks, batches };
  try {
    holdTemporary(folder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, "tasks.json");
    await atomicWrite(path, JSON.stringify(content), 0o600);
    const command = [process.execPath, fileURLToPath(file), path];
    const said = await system.run(command, { batches, workers, folder });
    for (let index = 0; index < batches; index++) await throwLeft(join(folder, `problem-${index}.json`));
    return said;
  } finally {
    await rm(folder, { recursive: true, force: true });
    forget(folder);
  }
}

/** Throws the error of a stage: it would recur, so it ends the run. */
async function throwLeft(path: string): Promise<void> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  });
  if (text !== undefined) throwProblem(JSON.parse(text) as TaskProblem);
}

async function isDone({ output }: StageJob, { step, shard }: ShardTask): Promise<boolean> {
  const artefact = openArtefact(output);
  if (step === "run") return (await artefact.doneShard(shard)) !== undefined;
  return step === "summarise" ? artefact.isSummarised(shard) : (await artefact.decision()) !== undefined;
}

function lost(
  { name }: BatchSystem,
  { job, tasks, said }: { job: StageJob; tasks: readonly ShardTask[]; said: string | undefined },
): Failure {
  const shards = tasks.slice(0, 5).map(({ shard }) => shard);
  const more = tasks.length > shards.length ? ` and ${tasks.length - shards.length} more` : "";
  return new Failure(
    "outside",
    `stage ${job.item.stage}: ${name} did not complete shard ${shards.join(", ")}${more} in ${ATTEMPTS} attempts${said === undefined ? "" : `: ${said}`}`,
    {
      hint: "check that every machine has this Node version and can access this folder, then retry: finished work is kept",
    },
  );
}

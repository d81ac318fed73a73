import type { ExecutorName } from "../../../domain/data-pipeline.ts";
import { batchExecutor } from "./batch-executor.ts";
import type { Executor } from "./executor.ts";
import { rayBatches } from "../../../remote/ray-batches.ts";
import { shardRunner } from "./shard-task.ts";
import { slurmBatches } from "../../../remote/slurm-batches.ts";
import { workerPool } from "./worker-pool.ts";

/** Options of an executor. */
export type ExecutorOptions = {
  /** Number of concurrent tasks. */
  workers: number;
  /** Folder for the job files of cluster workers; it must be accessible to them. */
  scratch: string;
  /** Address of a Ray cluster's jobs, RAY_API_SERVER_ADDRESS. */
  rayAddress?: string | undefined;
};

/**
 * Starts an executor: `inline` runs in this thread, `threads` and `processes` in the given number of them, `slurm` and
 * `ray` on the machines of a cluster with access to the same folder.
 */
export function startExecutor(name: ExecutorName, { workers, scratch, rayAddress }: ExecutorOptions): Executor {
  switch (name) {
    case "inline":
      return inlineExecutor();
    case "slurm":
      return batchExecutor(slurmBatches, { workers, scratch });
    case "ray":
      return batchExecutor(rayBatches(rayAddress), { workers, scratch });
    default:
      return workerPool(name, workers);
  }
}

function inlineExecutor(): Executor {
  return {
    run: async (job, tasks, onDone) => {
      const run = await shardRunner(job);
      for (const task of tasks) {
        await run(task);
        onDone();
      }
    },
    close: () => Promise.resolve(),
  };
}

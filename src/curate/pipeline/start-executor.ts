import type { ExecutorName } from "../../domain/data-pipeline.ts";
import type { Executor } from "./executor.ts";
import { shardRunner } from "./shard-task.ts";
import { workerPool } from "./worker-pool.ts";

/** Starts an executor: `inline` works in this thread, the others in so many threads or processes. */
export function startExecutor(name: ExecutorName, workers: number): Executor {
  return name === "inline" ? inlineExecutor() : workerPool(name, workers);
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

import type { ShardTask, StageJob } from "./shard-task.ts";

/** Runs the tasks of a job, in any order, on any number of workers. The results are in the job's folders. */
export type Executor = {
  /**
   * @param onDone called after each task
   * @throws the error of a task, or Failure outside if a worker was lost repeatedly
   */
  run: (job: StageJob, tasks: readonly ShardTask[], onDone: () => void) => Promise<void>;
  /** Ends the workers. */
  close: () => Promise<void>;
};

import type { ShardTask, StageJob } from "./shard-task.ts";

/** Does the tasks of a job, in any order, on any number of workers. What it makes lies in the job's folders. */
export type Executor = {
  /**
   * @param onDone  called after each task
   * @throws what a task threw, or Failure outside if a worker was lost again and again
   */
  run: (job: StageJob, tasks: readonly ShardTask[], onDone: () => void) => Promise<void>;
  /** Ends the workers. */
  close: () => Promise<void>;
};

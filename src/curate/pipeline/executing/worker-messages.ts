import { Failure, type FailureKind } from "../../../base/failure.ts";
import type { ShardTask, StageJob } from "./shard-task.ts";

/** What a worker of a pool is asked. It answers with a problem, an empty one where the task is done. */
export type WorkerQuestion = { job: StageJob; task: ShardTask };

/** What the worker of a batch is given: it does every task whose number leaves its index when divided by `batches`. */
export type BatchFile = { job: StageJob; tasks: readonly ShardTask[]; batches: number };

/** What a task threw, as it goes from one process to another. */
export type TaskProblem = { failure?: { kind: FailureKind; message: string; hint?: string }; bug?: string };

/** What was thrown as a value that JSON can hold. */
export function taskProblem(error: unknown): TaskProblem {
  if (!(error instanceof Failure)) {
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const { kind, message, hint } = error;
  return { failure: { kind, message, ...(hint === undefined ? {} : { hint }) } };
}

/** Throws what was thrown elsewhere; does nothing if nothing was. */
export function throwProblem({ failure, bug }: TaskProblem): void {
  if (failure !== undefined) throw new Failure(failure.kind, failure.message, { hint: failure.hint });
  if (bug !== undefined) throw new Error(bug);
}

import { Failure, type FailureKind } from "../../../base/failure.ts";
import type { ShardTask, StageJob } from "./shard-task.ts";

/** Request to a worker of a pool. It answers with an error text, empty if the task succeeded. */
export type WorkerQuestion = { job: StageJob; task: ShardTask };

/** Input of a batch worker: it runs every task whose index modulo `batches` is its number. */
export type BatchFile = { job: StageJob; tasks: readonly ShardTask[]; batches: number };

/** A thrown error, as passed between processes. */
export type TaskProblem = { failure?: { kind: FailureKind; message: string; hint?: string }; bug?: string };

/** Converts a thrown value to JSON. */
export function taskProblem(error: unknown): TaskProblem {
  if (!(error instanceof Failure)) {
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const { kind, message, hint } = error;
  return { failure: { kind, message, ...(hint === undefined ? {} : { hint }) } };
}

/** Throws an error passed from another process, if there is one. */
export function throwProblem({ failure, bug }: TaskProblem): void {
  if (failure !== undefined) throw new Failure(failure.kind, failure.message, { hint: failure.hint });
  if (bug !== undefined) throw new Error(bug);
}

import type { Db, Row } from "../store/database.ts";
import { kindOf, run } from "../store/statement.ts";
import { invalid, TrackFailure } from "./track-failure.ts";

/** The row of a run. */
export type RunInfo = Row<"runs">;

/** Statuses of a run. @source mlflow 3.11 service.proto, RunStatus */
export const RUN_STATUSES = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"] as const;

/** True for a status after which nothing more is expected. */
export function isTerminal(status: string): boolean {
  return status === "FINISHED" || status === "FAILED" || status === "KILLED";
}

const FIND =
  "select run_no, run_id, experiment_id, name, user_id, status, start_ms, end_ms, lifecycle_stage, deleted_ms " +
  "from runs where run_id = ?";

/**
 * One run, including deleted ones.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST
 */
export async function getRunInfo(db: Db, runId: string): Promise<RunInfo> {
  const [found] = await run<RunInfo>(db, FIND, [runId]);
  if (found === undefined) throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `Run with id=${runId} not found`);
  return found;
}

/**
 * Reads a run that is about to be changed. In PostgreSQL it is locked until the transaction ends; SQLite has only one
 * writer.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST; INVALID_PARAMETER_VALUE if it is deleted
 */
export async function lockActiveRun(db: Db, runId: string): Promise<RunInfo> {
  const info = await lockRun(db, runId);
  if (info.lifecycle_stage !== "active") {
    throw invalid(`The run ${runId} must be in the 'active' state. Current state is ${info.lifecycle_stage}.`);
  }
  return info;
}

/**
 * Like `lockActiveRun`, for a run that may be deleted.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST
 */
export async function lockRun(db: Db, runId: string): Promise<RunInfo> {
  const [found] = await run<RunInfo>(db, kindOf(db) === "sqlite" ? FIND : `${FIND} for update`, [runId]);
  if (found === undefined) throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `Run with id=${runId} not found`);
  return found;
}

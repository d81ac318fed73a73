import type { Generated } from "kysely";

/** Tables of `launch/`: jobs, their attempts, and who supervises. Times are milliseconds since 1970, UTC. */
export interface LaunchTables {
  jobs: {
    job_no: Generated<number>;
    job_id: string;
    programme: string;
    run_id: string;
    /** The run as it was asked for, JSON of `TrainingFile`. */
    spec: string;
    /** Absolute path of its files. */
    folder: string;
    dataset_digest: string;
    state: string;
    reason: string | null;
    step: number | null;
    /** Why it is to stop: `user`, `over-budget`, `diverged`, `stalled`; null while it may go on. */
    stop_reason: string | null;
    stop_asked_ms: number | null;
    model_sha256: string | null;
    created_ms: number;
    ended_ms: number | null;
  };
  job_attempts: {
    job_no: number;
    attempt: number;
    started_ms: number;
    ended_ms: number | null;
    resumed_from: string | null;
    exit_code: number | null;
    exit_signal: string | null;
    last_step: number | null;
    outcome: string | null;
  };
  /** One row: the process that starts and stops jobs. */
  supervisors: { name: string; instance: string; beat_ms: number };
}

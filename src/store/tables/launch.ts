import type { Generated } from "kysely";

/** Tables of `launch/`: jobs, their attempts, the supervisor, and sweeps. Times are milliseconds since 1970, UTC. */
export interface LaunchTables {
  jobs: {
    job_no: Generated<number>;
    job_id: string;
    programme: string;
    run_id: string;
    /** The requested run, JSON of `TrainingFile`. */
    spec: string;
    /** Absolute path of the folder with its files. */
    folder: string;
    dataset_digest: string;
    state: string;
    reason: string | null;
    step: number | null;
    /**
     * Reason of a requested stop: `user`, `sweep`, `over-budget`, `over-time`, `idle`, `diverged`, `stalled`, `move`;
     * null while it may continue.
     */
    stop_reason: string | null;
    stop_asked_ms: number | null;
    model_sha256: string | null;
    /** Name of the model at the provider that trained it. */
    model_id: Generated<string | null>;
    created_ms: number;
    ended_ms: number | null;
    /** Step at which it pauses with a checkpoint; null for the end. */
    until_step: Generated<number | null>;
    /** Number of attempts before the user resumed it, which no longer count against `maxAttempts`. */
    resumed_after: Generated<number>;
    /** Last observation of the supervisor, JSON of `Sight`. */
    sight: Generated<string | null>;
    /** Estimate from its first steps, JSON of `ProbeResult`. */
    probe: Generated<string | null>;
    /** Model and files from which it is rendered, JSON of `RenderInputs`; null for jobs of older versions. */
    rendered_from: Generated<string | null>;
    /** Approver of its cost. */
    approved_by: Generated<string | null>;
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
    /** Price of its machine; null if it is the price of the run. */
    usd_per_hour: string | null;
    /** Cost by the provider's trained tokens; null if it is priced by time or not yet known. */
    paid_usd: Generated<string | null>;
  };
  /** One row: the process that starts and stops jobs. */
  supervisors: { name: string; instance: string; beat_ms: number };
  sweeps: {
    sweep_no: Generated<number>;
    sweep_id: string;
    programme: string;
    /** The requested sweep, JSON of `SweepFile`. */
    spec: string;
    /** The run that its trials vary, JSON of `TrainingFile`. */
    base: string;
    /** The plan shown before the start, JSON of `SweepPlan`. */
    plan: string;
    /** Input for queuing its trials: model and dataset as checked at the start, JSON. */
    prepared: string;
    state: string;
    reason: string | null;
    created_ms: number;
    ended_ms: number | null;
    /** Approver of its amount. */
    approved_by: Generated<string | null>;
  };
  sweep_trials: {
    sweep_no: number;
    /** Number of the trial, from 1. */
    trial: number;
    /** `baseline`, `search` or `confirm`. */
    kind: string;
    /** JSON of `TrialValues`. */
    trial_values: string;
    state: string;
    rung: number;
    /** Step up to which it currently runs. */
    until_step: number;
    job_id: string | null;
    /** Trial whose values it repeats with another seed. */
    repeats: number | null;
  };
  /** Events in order; every decision follows from this log alone. */
  sweep_events: {
    sweep_no: number;
    seq: number;
    /** `begin`, `report`, `promote`, `end`. */
    kind: string;
    trial: number;
    step: number | null;
    /** Null if the value was not finite. */
    value: number | null;
    /** Decision after a report; state at an end. */
    decision: string | null;
  };
}

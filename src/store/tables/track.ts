import type { Generated } from "kysely";

import type { Int64 } from "../../base/int64.ts";

type LifecycleStage = "active" | "deleted";

/** Tables of `track/`: experiments, runs and their logged data. Times are milliseconds since 1970, UTC. */
export interface TrackTables {
  experiments: {
    experiment_id: Generated<number>;
    name: string;
    artifact_location: string;
    lifecycle_stage: LifecycleStage;
    created_ms: Int64;
    updated_ms: Int64;
    /** Programme to which it belongs; null for the first one that the server serves. */
    programme: string | null;
  };
  experiment_tags: { experiment_id: number; key: string; value: string };
  runs: {
    run_no: Generated<number>;
    run_id: string;
    experiment_id: number;
    name: string;
    user_id: string;
    status: string;
    start_ms: Int64;
    end_ms: Int64 | null;
    lifecycle_stage: LifecycleStage;
    deleted_ms: Int64 | null;
  };
  run_params: { param_no: Generated<number>; run_no: number; key: string; value: string };
  run_tags: { tag_no: Generated<number>; run_no: number; key: string; value: string };
  /** One metric key of one run, with its latest point by (step, timestamp, value). */
  series: {
    series_no: Generated<number>;
    run_no: number;
    key: string;
    step: Int64;
    timestamp: Int64;
    value: number;
    is_nan: number;
    /** Number of points written, including repeats. */
    written: Generated<number>;
    /** Steps per stretch of its rollups, as a power of two; null while the series is short and has none. */
    rollup_shift: number | null;
    /** Number of stored points, without repeats; null if they have to be counted. */
    stored: number | null;
  };
  /** Lowest and highest finite points of `2 ** rollup_shift` steps of a long series. */
  rollups: {
    series_no: number;
    /** Steps divided by the width, rounded down. */
    stretch: Int64;
    low_step: Int64;
    low_timestamp: Int64;
    low_value: number;
    high_step: Int64;
    high_timestamp: Int64;
    high_value: number;
  };
  /** Points of a series. `value` is 0 if `is_nan` is 1: SQLite stores NaN as NULL. */
  points: { series_no: number; timestamp: Int64; step: Int64; value: number; is_nan: number };
  datasets: {
    dataset_no: Generated<number>;
    experiment_id: number;
    name: string;
    digest: string;
    source_type: string;
    source: string;
    schema: string | null;
    profile: string | null;
  };
  run_inputs: { input_no: Generated<number>; run_no: number; dataset_no: number };
  run_input_tags: { input_no: number; key: string; value: string };
  /** Times at which a run was seen alive, by the server's clock, from which its cost is accrued. */
  activity: {
    activity_no: Generated<number>;
    run_no: number;
    opened_ms: number;
    /** Last write or poll in the interval. */
    last_ms: number;
    /** Null while the run has not ended. */
    closed_ms: number | null;
    /** Number of writes and polls that extended it, from which its usual gap is computed. */
    touches: number;
  };
  /** Saved views of the list of runs. */
  views: { name: string; query: string; saved_ms: Int64 };
}

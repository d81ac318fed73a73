import type { Generated } from "kysely";

import type { Int64 } from "../../base/int64.ts";

/** Tables of `track/` for models logged by runs, and registered models. Times are milliseconds since 1970, UTC. */
export interface ModelTables {
  logged_models: {
    model_no: Generated<number>;
    model_id: string;
    experiment_id: number;
    name: string;
    source_run_id: string | null;
    model_type: string;
    status: string;
    created_ms: number;
    updated_ms: number;
    lifecycle_stage: string;
  };
  logged_model_params: { model_no: number; key: string; value: string };
  logged_model_tags: { model_no: number; key: string; value: string };
  /** If the dataset texts are empty, the metric was logged without a dataset. `value` is 0 if `is_nan` is 1. */
  logged_model_metrics: {
    model_no: number;
    run_no: number;
    key: string;
    dataset_name: string;
    dataset_digest: string;
    value: number;
    is_nan: number;
    timestamp: Int64;
    step: Int64;
  };
  /** Models that a run used (`input`, step 0) or produced (`output`). */
  run_models: { run_no: number; direction: "input" | "output"; model_id: string; step: Int64 };
  registered_models: {
    registered_no: Generated<number>;
    name: string;
    description: string | null;
    created_ms: number;
    updated_ms: number;
  };
  registered_model_tags: { registered_no: number; key: string; value: string };
  registered_model_aliases: { registered_no: number; alias: string; version: number };
  model_versions: {
    registered_no: number;
    version: number;
    created_ms: number;
    updated_ms: number;
    stage: string;
    description: string | null;
    user_id: string | null;
    source: string;
    /** Location of the files, with a reference to another version resolved. */
    storage_location: string;
    run_id: string | null;
    run_link: string | null;
    model_id: string | null;
    /** READY, PENDING_REGISTRATION or FAILED_REGISTRATION, and why. */
    status: Generated<string>;
    status_message: string | null;
  };
  model_version_tags: { registered_no: number; version: number; key: string; value: string };
}

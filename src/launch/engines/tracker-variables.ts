import type { AttemptRequest } from "./engine.ts";

/**
 * Environment variables through which a trainer finds the tracker. If there are none, its metrics are imported from its
 * files.
 */
export function trackerVariables({ tracker, spec }: Pick<AttemptRequest, "tracker" | "spec">): Record<string, string> {
  if (tracker === undefined) return { MLFLOW_TRACKING_URI: "" };
  return {
    MLFLOW_TRACKING_URI: tracker.url,
    MLFLOW_RUN_ID: tracker.runId,
    MLFLOW_EXPERIMENT_NAME: spec.experiment,
    // with the client's defaults, a run whose server has disappeared hangs for minutes after its last step
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "2",
    MLFLOW_HTTP_REQUEST_TIMEOUT: "5",
  };
}

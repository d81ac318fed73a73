import type { Experiment } from "../../track/experiments.ts";
import type { DatasetInput } from "../../track/inputs.ts";
import type { KeyValue } from "../../track/key-value.ts";
import type { MetricPoint } from "../../track/points.ts";
import type { RunRecord } from "../../track/read-runs.ts";
import type { RunInfo } from "../../track/run-info.ts";

/** An experiment as MLflow sends it. */
export function wireExperiment(experiment: Experiment): object {
  const { experiment_id, name, artifact_location, lifecycle_stage, created_ms, updated_ms, tags } = experiment;
  return {
    experiment_id: String(experiment_id),
    name,
    artifact_location,
    lifecycle_stage,
    last_update_time: updated_ms,
    creation_time: created_ms,
    ...filled("tags", tags),
  };
}

/** The head of a run as MLflow sends it. An unknown `end_time` is omitted. */
export function wireRunInfo(info: RunInfo): object {
  return {
    run_uuid: info.run_id,
    experiment_id: String(info.experiment_id),
    run_name: info.name,
    user_id: info.user_id,
    status: info.status,
    start_time: info.start_ms,
    ...(info.end_ms === null ? {} : { end_time: info.end_ms }),
    artifact_uri: artifactUri(info),
    lifecycle_stage: info.lifecycle_stage,
    run_id: info.run_id,
  };
}

/** Address to which the client sends artifacts of a run: this server. */
function artifactUri({ experiment_id, run_id }: Pick<RunInfo, "experiment_id" | "run_id">): string {
  return `mlflow-artifacts:/${experiment_id}/${run_id}/artifacts`;
}

/** A run as MLflow sends it. */
export function wireRun({ info, metrics, params, tags, datasets, modelInputs, modelOutputs }: RunRecord): object {
  return {
    info: wireRunInfo(info),
    data: {
      ...filled("metrics", metrics.map(wireMetric)),
      ...filled("params", params),
      ...filled("tags", tags),
    },
    inputs: {
      ...filled("dataset_inputs", datasets.map(wireDataset)),
      ...filled(
        "model_inputs",
        modelInputs.map((model_id) => ({ model_id })),
      ),
    },
    outputs: filled(
      "model_outputs",
      modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, step })),
    ),
  };
}

function wireDataset({ name, digest, sourceType, source, schema, profile, tags }: DatasetInput): object {
  return {
    ...filled("tags", tags),
    dataset: {
      name,
      digest,
      source_type: sourceType,
      source,
      ...(schema === null ? {} : { schema }),
      ...(profile === null ? {} : { profile }),
    },
  };
}

/** A point of a metric as MLflow sends it. */
export function wireMetric({ key, value, timestamp, step }: MetricPoint): object {
  return { key, value: wireDouble(value), timestamp, step };
}

/** A double in protobuf's JSON: non-finite values are words. */
function wireDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** A list under its name, or nothing if it is empty: protobuf omits empty lists. */
export function filled(name: string, list: readonly (object | KeyValue)[]): object {
  return list.length === 0 ? {} : { [name]: list };
}

import { logInputs, logOutputs } from "../../../track/inputs.ts";
import { type Batch, logBatch } from "../../../track/log-batch.ts";
import { logModelHistory } from "../../../track/models/model-history.ts";
import { checkKey, checkMetricKey } from "../../../track/names.ts";
import { optional, required } from "../../mlflow/fields.ts";
import type { MlflowApi } from "../../mlflow/mlflow-api.ts";
import {
  checkBatchSizes,
  checkUniqueParams,
  readDatasets,
  readModels,
  readParams,
  readPoint,
  readPoints,
  readTags,
} from "../../mlflow/read-entities.ts";
import { requireRunId, RUN_ID } from "../../mlflow/run-id.ts";

/** Logging to a run: batches, single metrics, params and tags, datasets. */
export function addLoggingRoutes(api: MlflowApi): void {
  const { store, now, events } = api.context;
  const log = async (runId: string, batch: Partial<Batch>): Promise<object> => {
    const whole = { metrics: [], params: [], tags: [], ...batch };
    await logBatch(store, runId, { ...whole, nowMs: now().getTime() });
    events.tell({ runId, points: whole.metrics });
    return {};
  };
  api.add("POST runs/log-batch", {
    fields: {
      run_id: required("text"),
      metrics: optional("list"),
      params: optional("list"),
      tags: optional("list"),
    },
    answer: async ({ run_id, metrics = [], params = [], tags = [] }, { bytes }) => {
      checkBatchSizes({ metrics: metrics.length, params: params.length, tags: tags.length, bytes });
      const batch = { metrics: readPoints(metrics), params: readParams(params), tags: readTags(tags) };
      checkUniqueParams(batch.params);
      return log(run_id, batch);
    },
  });
  api.add("POST runs/log-metric", {
    fields: RUN_ID,
    answer: async (request, { body }) => {
      const runId = requireRunId(request);
      const point = readPoint(body, "");
      checkMetricKey(point.key, "name");
      return log(runId, { metrics: [point] });
    },
  });
  api.add("POST runs/log-parameter", {
    fields: { ...RUN_ID, key: required("text"), value: optional("text") },
    answer: async ({ key, value, ...request }) => {
      const runId = requireRunId(request);
      checkKey(key, "key");
      return log(runId, { params: [{ key, value: value ?? "" }], isSingle: true });
    },
  });
  api.add("POST runs/set-tag", {
    fields: { ...RUN_ID, key: required("text"), value: optional("text") },
    answer: async ({ key, value, ...request }) => {
      const runId = requireRunId(request);
      checkKey(key, "key");
      return log(runId, { tags: [{ key, value: value ?? "" }] });
    },
  });
  api.add("POST runs/log-inputs", {
    fields: { run_id: required("text"), datasets: optional("list"), models: optional("list") },
    answer: async ({ run_id, datasets, models }) => {
      const modelIds = readModels(models).map(({ modelId }) => modelId);
      await logInputs(store, run_id, { datasets: readDatasets(datasets), modelIds, nowMs: now().getTime() });
      events.tell({ runId: run_id });
      return {};
    },
  });
}

/** Models that a run made, and the list of them for clients before MLflow 3. */
export function addOutputRoutes(api: MlflowApi): void {
  const { store, now, events } = api.context;
  api.add("POST runs/outputs", {
    fields: { run_id: required("text"), models: optional("list") },
    answer: async ({ run_id, models }) => {
      await logOutputs(store, run_id, { models: readModels(models), nowMs: now().getTime() });
      events.tell({ runId: run_id });
      return {};
    },
  });
  api.add("POST runs/log-model", {
    fields: { run_id: required("text"), model_json: required("text") },
    answer: async ({ run_id, model_json }) => {
      await logModelHistory(store, run_id, { modelJson: model_json, nowMs: now().getTime() });
      return {};
    },
  });
}

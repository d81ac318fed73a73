import { experimentIdOf } from "../../../track/experiments.ts";
import {
  createModel,
  deleteModel,
  deleteModelTag,
  finishModel,
  getModel,
  type LoggedModel,
  logModelParams,
  type ModelMetric,
  setModelTags,
} from "../../../track/models/logged-models.ts";
import { searchModels } from "../../../track/search/search-models.ts";
import { invalid } from "../../../track/track-failure.ts";
import { optional, readFields, required } from "../../mlflow/fields.ts";
import type { MlflowApi } from "../../mlflow/mlflow-api.ts";
import { readParams, readTags } from "../../mlflow/read-entities.ts";
import { wireFiles } from "../../mlflow/wire-files.ts";
import { filled, wireMetric } from "../../mlflow/wire.ts";

/** Models of a page, by default and at most. @source mlflow 3.11 service.proto */
const PAGE = { usual: 50, most: 1000 } as const;

/** Logged models: create, get, finish, delete, search, tags, params, files. */
export function addLoggedModelRoutes(api: MlflowApi): void {
  const { store, now, artifacts } = api.context;
  api.add("POST logged-models", {
    fields: {
      experiment_id: required("text"),
      name: optional("text"),
      model_type: optional("text"),
      source_run_id: optional("text"),
      params: optional("list"),
      tags: optional("list"),
    },
    answer: async ({ experiment_id, name, model_type, source_run_id, params, tags }) => {
      const wanted = {
        experimentId: experiment_id,
        name: name === "" ? undefined : name,
        modelType: model_type ?? "",
        sourceRunId: source_run_id ?? null,
        params: readParams(params),
        tags: readTags(tags),
      };
      return { model: wireModel(await createModel(store, wanted, now().getTime())) };
    },
  });
  addSearch(api);
  api.add("GET logged-models/:model_id", {
    fields: { model_id: required("text") },
    answer: async ({ model_id }) => ({ model: wireModel(await getModel(store, model_id)) }),
  });
  api.add("PATCH logged-models/:model_id", {
    fields: { model_id: required("text"), status: required("text") },
    answer: async ({ model_id, status }) => ({
      model: wireModel(await finishModel(store, model_id, { status, nowMs: now().getTime() })),
    }),
  });
  api.add("DELETE logged-models/:model_id", {
    fields: { model_id: required("text") },
    answer: async ({ model_id }) => {
      await deleteModel(store, model_id, now().getTime());
      return {};
    },
  });
  api.add("PATCH logged-models/:model_id/tags", {
    fields: { model_id: required("text"), tags: optional("list") },
    answer: async ({ model_id, tags }) => ({ model: wireModel(await setModelTags(store, model_id, readTags(tags))) }),
  });
  api.add("DELETE logged-models/:model_id/tags/:tag_key", {
    fields: { model_id: required("text"), tag_key: required("text") },
    answer: async ({ model_id, tag_key }) => {
      await deleteModelTag(store, model_id, tag_key);
      return {};
    },
  });
  api.add("POST logged-models/:model_id/params", {
    fields: { model_id: required("text"), params: optional("list") },
    answer: async ({ model_id, params }) => {
      await logModelParams(store, model_id, readParams(params));
      return {};
    },
  });
  api.add("GET logged-models/:model_id/artifacts/directories", {
    fields: { model_id: required("text"), artifact_directory_path: optional("text") },
    answer: async ({ model_id, artifact_directory_path: folder }) => {
      const model = await getModel(store, model_id);
      const root = `${model.experiment_id}/models/${model_id}/artifacts`;
      const files = await artifacts.list(folder ? `${root}/${folder}` : root);
      return { root_uri: `mlflow-artifacts:/${root}`, ...wireFiles(files, folder ?? "") };
    },
  });
}

function addSearch(api: MlflowApi): void {
  api.add("POST logged-models/search", {
    fields: {
      experiment_ids: optional("texts"),
      filter: optional("text"),
      datasets: optional("list"),
      max_results: optional("int"),
      order_by: optional("list"),
      page_token: optional("text"),
    },
    answer: async ({ experiment_ids = [], filter = "", datasets = [], max_results, order_by = [], page_token }) => {
      const maxResults = Number(max_results ?? PAGE.usual);
      if (maxResults < 1 || maxResults > PAGE.most) throw invalid(`max_results must be between 1 and ${PAGE.most}.`);
      const { models, nextPageToken } = await searchModels(api.context.store, {
        experimentIds: experiment_ids.map(experimentIdOf),
        filter,
        maxResults,
        pageToken: page_token,
        datasets: datasets.map((dataset) => readDataset(dataset)).filter((dataset) => dataset !== undefined),
        orderBy: order_by.map((order, index) => {
          const fields = { field_name: required("text"), ascending: optional("bool") } as const;
          const { field_name: field, ascending } = readFields(order, fields, `order_by[${index}].`);
          return { field, isAscending: ascending ?? true, dataset: readDataset(order) };
        }),
      });
      return {
        ...filled("models", models.map(wireModel)),
        ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }),
      };
    },
  });
}

function readDataset(
  object: Readonly<Record<string, unknown>>,
): { name: string; digest: string | undefined } | undefined {
  const { dataset_name: name, dataset_digest } = readFields(object, {
    dataset_name: optional("text"),
    dataset_digest: optional("text"),
  });
  return name ? { name, digest: dataset_digest || undefined } : undefined;
}

function wireModel(model: LoggedModel): object {
  return {
    info: {
      model_id: model.model_id,
      experiment_id: String(model.experiment_id),
      name: model.name,
      creation_timestamp_ms: model.created_ms,
      last_updated_timestamp_ms: model.updated_ms,
      artifact_uri: `mlflow-artifacts:/${model.experiment_id}/models/${model.model_id}/artifacts`,
      status: model.status,
      model_type: model.model_type,
      ...(model.source_run_id === null ? {} : { source_run_id: model.source_run_id }),
      ...filled("tags", model.tags),
    },
    data: {
      ...filled("params", model.params),
      ...filled(
        "metrics",
        model.metrics.map((metric) => wireModelMetric(metric, model.model_id)),
      ),
    },
  };
}

function wireModelMetric(metric: ModelMetric, modelId: string): object {
  const { datasetName, datasetDigest, runId } = metric;
  return {
    ...wireMetric(metric),
    ...(datasetName === "" ? {} : { dataset_name: datasetName, dataset_digest: datasetDigest }),
    model_id: modelId,
    run_id: runId,
  };
}

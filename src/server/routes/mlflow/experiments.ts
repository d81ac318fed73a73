import {
  deleteExperimentTag,
  moveExperiment,
  renameExperiment,
  setExperimentTag,
} from "../../../track/change-experiment.ts";
import { createExperiment, getExperiment, getExperimentByName } from "../../../track/experiments.ts";
import { checkKey } from "../../../track/names.ts";
import { optional, required } from "../../mlflow/fields.ts";
import type { MlflowApi } from "../../mlflow/mlflow-api.ts";
import { readTags } from "../../mlflow/read-entities.ts";
import { wireExperiment } from "../../mlflow/wire.ts";

/** Experiments: create, get, rename, delete, restore, tags. */
export function addExperimentRoutes(api: MlflowApi): void {
  const { store, now } = api.context;
  api.add("POST experiments/create", {
    fields: { name: required("text"), artifact_location: optional("text"), tags: optional("list") },
    answer: async ({ name, artifact_location, tags }) => {
      const artifactLocation = artifact_location === "" ? undefined : artifact_location;
      const id = await createExperiment(store, { name, artifactLocation, tags: readTags(tags) }, now().getTime());
      return { experiment_id: String(id) };
    },
  });
  api.add("GET experiments/get", {
    fields: { experiment_id: required("text") },
    answer: async ({ experiment_id }) => ({ experiment: wireExperiment(await getExperiment(store, experiment_id)) }),
  });
  api.add("GET experiments/get-by-name", {
    fields: { experiment_name: required("text") },
    answer: async ({ experiment_name }) => ({
      experiment: wireExperiment(await getExperimentByName(store, experiment_name)),
    }),
  });
  api.add("POST experiments/update", {
    fields: { experiment_id: required("text"), new_name: required("text") },
    answer: async ({ experiment_id: id, new_name: name }) => {
      await renameExperiment(store, { id, name, nowMs: now().getTime() });
      return {};
    },
  });
  for (const [verb, stage] of [
    ["delete", "deleted"],
    ["restore", "active"],
  ] as const) {
    api.add(`POST experiments/${verb}`, {
      fields: { experiment_id: required("text") },
      answer: async ({ experiment_id: id }) => {
        await moveExperiment(store, { id, stage, nowMs: now().getTime() });
        return {};
      },
    });
  }
  api.add("POST experiments/set-experiment-tag", {
    fields: { experiment_id: required("text"), key: required("text"), value: optional("text") },
    answer: async ({ experiment_id: id, key, value }) => {
      checkKey(key, "key");
      await setExperimentTag(store, { id, key, value: value ?? "", nowMs: now().getTime() });
      return {};
    },
  });
  api.add("POST experiments/delete-experiment-tag", {
    fields: { experiment_id: required("text"), key: required("text") },
    answer: async ({ experiment_id: id, key }) => {
      await deleteExperimentTag(store, { id, key, nowMs: now().getTime() });
      return {};
    },
  });
}

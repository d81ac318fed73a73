import { createExperiment, getExperiment, getExperimentByName } from "../../../track/experiments.ts";
import { optional, required } from "../../mlflow/fields.ts";
import type { MlflowApi } from "../../mlflow/mlflow-api.ts";
import { readTags } from "../../mlflow/read-entities.ts";
import { wireExperiment } from "../../mlflow/wire.ts";

/** Experiments: create, get. */
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
}

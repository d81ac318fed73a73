import type { ModelVersion } from "../../track/models/model-versions.ts";
import type { RegisteredModel } from "../../track/models/registered-models.ts";
import { filled } from "./wire.ts";

/** A registered model as MLflow sends it; its latest versions have no aliases, because these are in the model. */
export function wireRegistered(model: RegisteredModel): object {
  return {
    name: model.name,
    creation_timestamp: model.created_ms,
    last_updated_timestamp: model.updated_ms,
    description: model.description ?? "",
    ...filled(
      "latest_versions",
      model.latest.map((version) => wireVersion({ ...version, aliases: [] })),
    ),
    ...filled("tags", model.tags),
    ...filled(
      "aliases",
      model.aliases.map(({ alias, version }) => ({ alias, version: String(version) })),
    ),
  };
}

/** A version of a model as MLflow sends it. */
export function wireVersion(version: ModelVersion): object {
  return {
    name: version.name,
    version: String(version.version),
    creation_timestamp: version.created_ms,
    last_updated_timestamp: version.updated_ms,
    ...(version.user_id === null ? {} : { user_id: version.user_id }),
    current_stage: version.stage,
    description: version.description ?? "",
    source: version.source,
    run_id: version.run_id ?? "",
    status: version.status,
    ...(version.status_message === null ? {} : { status_message: version.status_message }),
    run_link: version.run_link ?? "",
    ...(version.model_id === null ? {} : { model_id: version.model_id }),
    ...filled("tags", version.tags),
    ...(version.aliases.length === 0 ? {} : { aliases: version.aliases }),
  };
}

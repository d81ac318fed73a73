import { toInt64 } from "../../base/int64.ts";
import type { ForeignArtifact } from "./foreign-artifact.ts";
import {
  type ForeignLoggedModel,
  type ForeignModels,
  type ForeignRegisteredModel,
  type ForeignVersion,
  loggedStatus,
  textOrNull,
  versionFacts,
  wholeOrZero,
} from "./foreign-models.ts";
import {
  Download,
  Files,
  Logged,
  type LoggedAnswer,
  Registered,
  valueOf,
  type VersionAnswer,
  Versions,
} from "./mlflow-answers.ts";
import type { MlflowHttp, PageWords } from "./mlflow-http.ts";

/** Rows per answer. */
const PER_PAGE = 1000;
const LOGGED_PER_PAGE = 100;

/** Searches of a registry: models are found without a filter, prompts only with theirs. @source mlflow 3.11 */
const FILTERS = ["", "tags.`mlflow.prompt.is_prompt` = 'true'"];

/** The models of an MLflow server. One without a registry, or before MLflow 3, has none. */
export function serverModels(http: MlflowHttp, experiments: ReadonlyMap<string, string>): ForeignModels {
  return { logged: () => loggedOf(http, experiments), registered: () => registeredOf(http) };
}

async function* loggedOf(
  http: MlflowHttp,
  experiments: ReadonlyMap<string, string>,
): AsyncIterable<ForeignLoggedModel> {
  for (const [id, experiment] of experiments) {
    const pages = http.pages((page) =>
      http.json("POST", "api/2.0/mlflow/logged-models/search", {
        body: { experiment_ids: [id], max_results: LOGGED_PER_PAGE, ...page },
        schema: Logged,
        orNone: true,
      }),
    );
    for await (const { models } of pages) for (const model of models) yield foreignLogged(http, model, experiment);
  }
}

function foreignLogged(http: MlflowHttp, { info, data }: LoggedAnswer, experiment: string): ForeignLoggedModel {
  return {
    id: info.model_id,
    experiment,
    name: info.name,
    sourceRunId: textOrNull(info.source_run_id),
    modelType: info.model_type,
    status: loggedStatus(info.status),
    createdMs: wholeOrZero(info.creation_timestamp_ms),
    updatedMs: wholeOrZero(info.last_updated_timestamp_ms),
    tags: info.tags,
    params: data.params,
    metrics: data.metrics.map((metric) => ({
      key: metric.key,
      value: valueOf(metric.value),
      timestamp: toInt64(metric.timestamp) ?? 0,
      step: toInt64(metric.step) ?? 0,
      runId: metric.run_id,
      datasetName: metric.dataset_name,
      datasetDigest: metric.dataset_digest,
    })),
    artifacts: () => filesOf(http, info, ""),
  };
}

async function* filesOf(http: MlflowHttp, info: LoggedAnswer["info"], folder: string): AsyncIterable<ForeignArtifact> {
  const model = `mlflow/logged-models/${encodeURIComponent(info.model_id)}/artifacts`;
  const query = folder === "" ? "" : `?${new URLSearchParams({ artifact_directory_path: folder }).toString()}`;
  const answer = await http.json("GET", `api/2.0/${model}/directories${query}`, { schema: Files, orNone: true });
  for (const { path, is_dir: isFolder, file_size: size } of answer.files) {
    if (isFolder) yield* filesOf(http, info, path);
    else {
      const place = `ajax-api/2.0/${model}/files?${new URLSearchParams({ artifact_file_path: path }).toString()}`;
      yield { path, sizeBytes: Number(size ?? 0), content: () => http.file(place, path) };
    }
  }
}

async function* registeredOf(http: MlflowHttp): AsyncIterable<ForeignRegisteredModel> {
  const models = new Map<string, ForeignRegisteredModel>();
  for (const filter of FILTERS) {
    for await (const model of searched(http, filter)) models.set(model.name, model);
  }
  if (models.size === 0) return;
  const seen = new Set<string>();
  for (const filter of FILTERS) {
    for await (const answer of versionsOf(http, filter)) {
      const key = `${answer.version}/${answer.name}`;
      if (seen.size < seen.add(key).size) models.get(answer.name)?.versions.push(await foreignVersion(http, answer));
    }
  }
  yield* models.values();
}

async function* searched(http: MlflowHttp, filter: string): AsyncIterable<ForeignRegisteredModel> {
  const pages = http.pages((page) =>
    http.json("GET", searchPlace("registered-models", filter, page), { schema: Registered, orNone: true }),
  );
  for await (const { registered_models } of pages) {
    for (const model of registered_models) {
      yield {
        name: model.name,
        description: textOrNull(model.description),
        createdMs: wholeOrZero(model.creation_timestamp),
        updatedMs: wholeOrZero(model.last_updated_timestamp),
        tags: model.tags,
        aliases: model.aliases.map(({ alias, version }) => ({ alias, version: Number(version) })),
        versions: [],
        deleted: [],
      };
    }
  }
}

async function* versionsOf(http: MlflowHttp, filter: string): AsyncIterable<VersionAnswer> {
  const pages = http.pages((page) =>
    http.json("GET", searchPlace("model-versions", filter, page), { schema: Versions, orNone: true }),
  );
  for await (const { model_versions } of pages) yield* model_versions;
}

function searchPlace(what: string, filter: string, page: PageWords): string {
  const words = { max_results: String(PER_PAGE), order_by: "name ASC", ...(filter === "" ? {} : { filter }), ...page };
  return `api/2.0/mlflow/${what}/search?${new URLSearchParams(words).toString()}`;
}

async function foreignVersion(http: MlflowHttp, answer: VersionAnswer): Promise<ForeignVersion> {
  const { name, version, source, tags } = answer;
  return {
    ...versionFacts(answer),
    version: Number(version),
    createdMs: wholeOrZero(answer.creation_timestamp),
    updatedMs: wholeOrZero(answer.last_updated_timestamp),
    location: await locationOf(http, { name, version: String(version), source }),
    tags,
  };
}

/** Location of the files of a version; only that of a reference to another one is asked for. */
async function locationOf(
  http: MlflowHttp,
  { name, version, source }: { name: string; version: string; source: string },
): Promise<string> {
  if (!source.startsWith("models:")) return source;
  const query = new URLSearchParams({ name, version }).toString();
  const place = `api/2.0/mlflow/model-versions/get-download-uri?${query}`;
  const { artifact_uri: location } = await http.json("GET", place, { schema: Download, orNone: true });
  return location || source;
}

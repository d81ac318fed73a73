import {
  addVersion,
  deleteVersionTag,
  describeVersion,
  getVersion,
  moveVersion,
  removeVersion,
  setVersionTag,
} from "../../../track/models/change-versions.ts";
import { searchVersions } from "../../../track/search/search-registry.ts";
import { invalid } from "../../../track/track-failure.ts";
import { optional, required } from "../../mlflow/fields.ts";
import type { MlflowApi } from "../../mlflow/mlflow-api.ts";
import { readTags } from "../../mlflow/read-entities.ts";
import { readVersion } from "../../mlflow/read-version.ts";
import { wireVersion } from "../../mlflow/wire-registry.ts";
import { filled } from "../../mlflow/wire.ts";
import { registrySearch, SEARCH_FIELDS } from "../../mlflow/registry-search.ts";

const KEY = { name: required("text"), version: required("text") } as const;

/** Versions of a page, by default and at most. @source mlflow 3.11 store/model_registry/__init__.py */
const PAGE = { usual: 10_000, most: 200_000 } as const;

const keyOf = ({ name, version }: { name: string; version: string }): { name: string; version: number } => ({
  name,
  version: readVersion(version),
});

/** Versions of registered models: create, get, update, move, delete, search, tags. */
export function addVersionRoutes(api: MlflowApi): void {
  const { store, now } = api.context;
  api.add("POST model-versions/create", {
    fields: {
      name: required("text"),
      source: required("text"),
      run_id: optional("text"),
      tags: optional("list"),
      run_link: optional("text"),
      description: optional("text"),
      model_id: optional("text"),
    },
    answer: async ({ name, source, run_id, tags, run_link, description, model_id }) => {
      const version = await addVersion(store, name, {
        source: checkSource(source),
        runId: run_id || null,
        runLink: run_link || null,
        description: description || null,
        modelId: model_id || null,
        tags: readTags(tags),
        nowMs: now().getTime(),
      });
      return { model_version: wireVersion(version) };
    },
  });
  api.add("GET model-versions/get", {
    fields: KEY,
    answer: async (key) => ({ model_version: wireVersion(await getVersion(store, keyOf(key))) }),
  });
  api.add("PATCH model-versions/update", {
    fields: { ...KEY, description: optional("text") },
    answer: async ({ description = "", ...key }) => ({
      model_version: wireVersion(await describeVersion(store, keyOf(key), { description, nowMs: now().getTime() })),
    }),
  });
  api.add("POST model-versions/transition-stage", {
    fields: { ...KEY, stage: required("text"), archive_existing_versions: optional("bool") },
    answer: async ({ stage, archive_existing_versions: archivesOthers = false, ...key }) => {
      const move = { stage, archivesOthers, nowMs: now().getTime() };
      return { model_version: wireVersion(await moveVersion(store, keyOf(key), move)) };
    },
  });
  api.add("DELETE model-versions/delete", {
    fields: KEY,
    answer: async (key) => {
      await removeVersion(store, keyOf(key), now().getTime());
      return {};
    },
  });
  api.add("GET model-versions/get-download-uri", {
    fields: KEY,
    answer: async (key) => ({ artifact_uri: (await getVersion(store, keyOf(key))).storage_location }),
  });
  api.add("POST model-versions/set-tag", {
    fields: { ...KEY, key: required("text"), value: optional("text") },
    answer: async ({ key, value, ...version }) => {
      await setVersionTag(store, keyOf(version), { key, value: value ?? "" });
      return {};
    },
  });
  api.add("DELETE model-versions/delete-tag", {
    fields: { ...KEY, key: required("text") },
    answer: async ({ key, ...version }) => {
      await deleteVersionTag(store, keyOf(version), key);
      return {};
    },
  });
  addSearch(api);
}

function addSearch(api: MlflowApi): void {
  api.add("GET model-versions/search", {
    fields: SEARCH_FIELDS,
    answer: async (body) => {
      const search = registrySearch(body, PAGE);
      const { versions, nextPageToken } = await searchVersions(api.context.store, search);
      return {
        ...filled(
          "model_versions",
          versions.map((version) => wireVersion({ ...version, aliases: [] })),
        ),
        ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }),
      };
    },
  });
}

/**
 * Rejects a source on the server's own disk, or one that leads out of its folder, because it would let a client read
 * any file.
 *
 * @source mlflow 3.11 server/handlers.py (_validate_source, _validate_non_local_source_contains_relative_paths)
 */
function checkSource(source: string): string {
  if (/^(file:|[/\\.~])/i.test(source)) {
    throw invalid(
      `Invalid model version source: '${source}'. To use a local path as a model version source, the run_id request ` +
        "parameter has to be specified and the local path has to be contained within the artifact directory of the run " +
        "specified by the run_id.",
    );
  }
  const plain = unquoted(source);
  if (plain === undefined || plain.includes("\0") || plain.split(/[/\\?#]/).includes("..")) {
    throw invalid(
      `Invalid model version source: '${source}'. If supplying a source as an http, https, local file path, ftp, ` +
        "objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references " +
        "present. Please provide an absolute path.",
    );
  }
  return source;
}

/** Maximum number of nested percent encodings in an address. */
const MOST_QUOTED = 8;

/** A text with every %xx decoded, repeatedly; undefined if it cannot be decoded. */
function unquoted(text: string): string | undefined {
  let current = text;
  for (let time = 0; time < MOST_QUOTED; time++) {
    let next: string;
    try {
      next = decodeURIComponent(current);
    } catch {
      return undefined;
    }
    if (next === current) return current;
    current = next;
  }
  return undefined;
}

import { setAlias, versionByAlias } from "../../../track/models/change-versions.ts";
import {
  changeRegistered,
  deleteRegisteredTag,
  getRegistered,
  registerModel,
  removeRegistered,
  setRegisteredTag,
} from "../../../track/models/registered-models.ts";
import { searchRegistered } from "../../../track/search/search-registry.ts";
import { optional, required } from "../../mlflow/fields.ts";
import type { MlflowApi } from "../../mlflow/mlflow-api.ts";
import { readTags } from "../../mlflow/read-entities.ts";
import { readVersion } from "../../mlflow/read-version.ts";
import { wireRegistered, wireVersion } from "../../mlflow/wire-registry.ts";
import { filled } from "../../mlflow/wire.ts";
import { registrySearch, SEARCH_FIELDS } from "../../mlflow/registry-search.ts";

const NAME = { name: required("text") } as const;

/** Models of a page, by default and at most. @source mlflow 3.11 store/model_registry/__init__.py */
const PAGE = { usual: 100, most: 1000 } as const;

/** Registered models: create, get, rename, update, delete, search, tags, aliases, latest versions. */
export function addRegistryRoutes(api: MlflowApi): void {
  const { store, now } = api.context;
  api.add("POST registered-models/create", {
    fields: { ...NAME, tags: optional("list"), description: optional("text") },
    answer: async ({ name, tags, description }) => {
      const wanted = { name, description: description ?? null, tags: readTags(tags) };
      return { registered_model: wireRegistered(await registerModel(store, wanted, now().getTime())) };
    },
  });
  api.add("GET registered-models/get", {
    fields: NAME,
    answer: async ({ name }) => ({ registered_model: wireRegistered(await getRegistered(store, name)) }),
  });
  api.add("POST registered-models/rename", {
    fields: { ...NAME, new_name: required("text") },
    answer: async ({ name, new_name }) => ({
      registered_model: wireRegistered(await changeRegistered(store, name, { name: new_name, nowMs: now().getTime() })),
    }),
  });
  api.add("PATCH registered-models/update", {
    fields: { ...NAME, description: optional("text") },
    answer: async ({ name, description = "" }) => ({
      registered_model: wireRegistered(await changeRegistered(store, name, { description, nowMs: now().getTime() })),
    }),
  });
  api.add("DELETE registered-models/delete", {
    fields: NAME,
    answer: async ({ name }) => {
      await removeRegistered(store, name);
      return {};
    },
  });
  addSearch(api);
  addTagsAndAliases(api);
}

function addSearch(api: MlflowApi): void {
  const { store } = api.context;
  api.add("GET registered-models/search", {
    fields: SEARCH_FIELDS,
    answer: async (body) => {
      const search = registrySearch(body, PAGE);
      const { models, nextPageToken } = await searchRegistered(store, search);
      return {
        ...filled("registered_models", models.map(wireRegistered)),
        ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }),
      };
    },
  });
  for (const method of ["GET", "POST"] as const) {
    api.add(`${method} registered-models/get-latest-versions`, {
      fields: { ...NAME, stages: optional("texts") },
      answer: async ({ name, stages = [] }) => {
        const { latest } = await getRegistered(store, name);
        const wanted = stages.map((stage) => stage.toLowerCase());
        const chosen = latest.filter(({ stage }) => wanted.length === 0 || wanted.includes(stage.toLowerCase()));
        return filled("model_versions", chosen.map(wireVersion));
      },
    });
  }
}

function addTagsAndAliases(api: MlflowApi): void {
  const { store } = api.context;
  api.add("POST registered-models/set-tag", {
    fields: { ...NAME, key: required("text"), value: optional("text") },
    answer: async ({ name, key, value }) => {
      await setRegisteredTag(store, name, { key, value: value ?? "" });
      return {};
    },
  });
  api.add("DELETE registered-models/delete-tag", {
    fields: { ...NAME, key: required("text") },
    answer: async ({ name, key }) => {
      await deleteRegisteredTag(store, name, key);
      return {};
    },
  });
  api.add("POST registered-models/alias", {
    fields: { ...NAME, alias: required("text"), version: required("text") },
    answer: async ({ name, alias, version }) => {
      await setAlias(store, name, { alias, version: readVersion(version) });
      return {};
    },
  });
  api.add("DELETE registered-models/alias", {
    fields: { ...NAME, alias: required("text") },
    answer: async ({ name, alias }) => {
      await setAlias(store, name, { alias, version: undefined });
      return {};
    },
  });
  api.add("GET registered-models/alias", {
    fields: { ...NAME, alias: required("text") },
    answer: async ({ name, alias }) => ({ model_version: wireVersion(await versionByAlias(store, name, alias)) }),
  });
}

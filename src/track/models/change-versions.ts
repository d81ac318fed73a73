import type { Db, Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import type { KeyValue } from "../key-value.ts";
import { checkKey } from "../names.ts";
import { invalid, TrackFailure } from "../track-failure.ts";
import { DELETED_STAGE, findVersion, type ModelVersion, readVersions } from "./model-versions.ts";
import { findRegistered } from "./registered-models.ts";

/** Alias of the newest version of every model, which nobody can set. */
const LATEST = "latest";

/** Input of a new version. */
export type NewVersion = {
  source: string;
  runId: string | null;
  runLink: string | null;
  description: string | null;
  modelId: string | null;
  tags: readonly KeyValue[];
};

/** Identifies a version by the name of its model and its number. */
export type VersionKey = { name: string; version: number };

/** Adds the next version of a model. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function addVersion(
  store: Store,
  name: string,
  wanted: NewVersion & { nowMs: number },
): Promise<ModelVersion> {
  for (const [index, { key }] of wanted.tags.entries()) checkKey(key, `tags[${index}].key`);
  return store.write(async (db) => {
    const { registered_no } = await touchModel(db, name, wanted.nowMs);
    const last = await db
      .selectFrom("model_versions")
      .select("version")
      .where("registered_no", "=", registered_no)
      .orderBy("version", "desc")
      .limit(1)
      .executeTakeFirst();
    const version = (last?.version ?? 0) + 1;
    const origin = await originOf(db, wanted);
    const row = await db
      .insertInto("model_versions")
      .values({
        registered_no,
        version,
        created_ms: wanted.nowMs,
        updated_ms: wanted.nowMs,
        stage: "None",
        description: wanted.description,
        user_id: null,
        source: wanted.source,
        storage_location: origin.location,
        run_id: origin.runId,
        run_link: wanted.runLink,
        model_id: wanted.modelId,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    for (const tag of wanted.tags) await putTag(db, row, tag);
    if (wanted.modelId !== null) await tagLoggedModel(db, wanted.modelId, { name, version });
    return (await readVersions(db, [row]))[0]!;
  });
}

/** Tag of a logged model that lists its registered versions, JSON as Python writes it. @source mlflow 3.11 */
const VERSIONS_TAG = "mlflow.modelVersions";

async function tagLoggedModel(db: Db, modelId: string, { name, version }: VersionKey): Promise<void> {
  const model = await db
    .selectFrom("logged_models")
    .select("model_no")
    .where("model_id", "=", modelId)
    .executeTakeFirst();
  if (model === undefined) return;
  const known = await db
    .selectFrom("logged_model_tags")
    .select("value")
    .where("model_no", "=", model.model_no)
    .where("key", "=", VERSIONS_TAG)
    .executeTakeFirst();
  const entry = `{"name": ${JSON.stringify(name)}, "version": ${version}}`;
  const list = known?.value.endsWith("]") === true ? `${known.value.slice(0, -1)}, ${entry}]` : `[${entry}]`;
  await db
    .insertInto("logged_model_tags")
    .values({ model_no: model.model_no, key: VERSIONS_TAG, value: list })
    .onConflict((conflict) => conflict.columns(["model_no", "key"]).doUpdateSet({ value: list }))
    .execute();
}

/** Location of the files of a version and the run that produced it. A reference to another model is resolved. */
async function originOf(
  db: Db,
  { source, runId, modelId }: NewVersion,
): Promise<{ location: string; runId: string | null }> {
  const referred = /^models:\/(m-[\da-f]{32})$/.exec(source)?.[1] ?? modelId;
  if (referred !== null && referred !== undefined) {
    const model = await db.selectFrom("logged_models").selectAll().where("model_id", "=", referred).executeTakeFirst();
    if (model !== undefined) {
      const isReference = source.startsWith("models:");
      const location = `mlflow-artifacts:/${model.experiment_id}/models/${model.model_id}/artifacts`;
      return { location: isReference ? location : source, runId: runId ?? model.source_run_id };
    }
    if (source.startsWith("models:")) {
      throw invalid(`Unable to fetch model from model URI source artifact location '${source}'.`);
    }
  }
  const [, name, version] = /^models:\/+([^/]+)\/(\d+)$/.exec(source) ?? [];
  if (name === undefined) return { location: source, runId };
  const { storage_location } = await findVersion(db, await findRegistered(db, name), Number(version));
  return { location: storage_location, runId };
}

/** Changes the description of a version. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function describeVersion(
  store: Store,
  key: VersionKey,
  { description, nowMs }: { description: string; nowMs: number },
): Promise<ModelVersion> {
  return changeVersion(store, key, async (db, row) => {
    await db
      .updateTable("model_versions")
      .set({ description, updated_ms: nowMs })
      .where("registered_no", "=", row.registered_no)
      .where("version", "=", row.version)
      .execute();
  });
}

/** Stages of a version. @source mlflow 3.11 entities/model_registry/model_version_stages.py */
export const STAGES = ["None", "Staging", "Production", "Archived"];

/** Moves a version to a stage; if requested, the others of that stage are archived. @throws TrackFailure */
export async function moveVersion(
  store: Store,
  key: VersionKey,
  { stage: word, archivesOthers, nowMs }: { stage: string; archivesOthers: boolean; nowMs: number },
): Promise<ModelVersion> {
  const stage = STAGES.find((known) => known.toLowerCase() === word.toLowerCase());
  if (stage === undefined) {
    throw invalid(`Invalid Model Version stage: ${word}. Value must be one of ${STAGES.join(", ")}.`);
  }
  if (archivesOthers && stage !== "Staging" && stage !== "Production") {
    throw invalid(
      `Model version transition cannot archive existing model versions because '${word}' is not an Active stage. ` +
        "Valid stages are ['Staging', 'Production']",
    );
  }
  return changeVersion(store, key, async (db, row) => {
    if (archivesOthers) {
      await db
        .updateTable("model_versions")
        .set({ stage: "Archived", updated_ms: nowMs })
        .where("registered_no", "=", row.registered_no)
        .where("version", "!=", row.version)
        .where("stage", "=", stage)
        .execute();
    }
    await db
      .updateTable("model_versions")
      .set({ stage, updated_ms: nowMs })
      .where("registered_no", "=", row.registered_no)
      .where("version", "=", row.version)
      .execute();
    await touchModel(db, key.name, nowMs);
  });
}

/** Deletes a version; its number is not used again. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function removeVersion(store: Store, { name, version }: VersionKey, nowMs: number): Promise<void> {
  await store.write(async (db) => {
    const model = await touchModel(db, name, nowMs);
    await findVersion(db, model, version);
    // the row is emptied but kept, so that its number is never used again
    await db
      .updateTable("model_versions")
      .set({
        stage: DELETED_STAGE,
        updated_ms: nowMs,
        description: null,
        source: "",
        storage_location: "",
        run_id: null,
        run_link: null,
      })
      .where("registered_no", "=", model.registered_no)
      .where("version", "=", version)
      .execute();
  });
}

/** Sets a tag of a version. @throws TrackFailure */
export async function setVersionTag(store: Store, key: VersionKey, tag: KeyValue): Promise<void> {
  checkKey(tag.key, "key");
  await changeVersion(store, key, (db, row) => putTag(db, row, tag));
}

/** Removes a tag of a version, if it exists. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function deleteVersionTag(store: Store, key: VersionKey, tagKey: string): Promise<void> {
  await changeVersion(store, key, async (db, { registered_no, version }) => {
    await db
      .deleteFrom("model_version_tags")
      .where("registered_no", "=", registered_no)
      .where("version", "=", version)
      .where("key", "=", tagKey)
      .execute();
  });
}

/** Points an alias to a version; undefined removes the alias. @throws TrackFailure */
export async function setAlias(
  store: Store,
  name: string,
  { alias, version }: { alias: string; version: number | undefined },
): Promise<void> {
  checkAlias(alias);
  await store.write(async (db) => {
    const model = await findRegistered(db, name);
    const { registered_no } = model;
    await db
      .deleteFrom("registered_model_aliases")
      .where("registered_no", "=", registered_no)
      .where("alias", "=", alias)
      .execute();
    if (version === undefined) return;
    await findVersion(db, model, version);
    await db.insertInto("registered_model_aliases").values({ registered_no, alias, version }).execute();
  });
}

/** The version of an alias; `latest`, in any case of letters, is the newest version. @throws TrackFailure */
export async function versionByAlias({ db }: Pick<Store, "db">, name: string, alias: string): Promise<ModelVersion> {
  const model = await findRegistered(db, name);
  if (alias.toLowerCase() === LATEST) return newestVersion(db, model);
  const found = await db
    .selectFrom("registered_model_aliases")
    .select("version")
    .where("registered_no", "=", model.registered_no)
    .where("alias", "=", alias)
    .executeTakeFirst();
  if (found === undefined) throw invalid(`Registered model alias ${alias} not found.`);
  return (await readVersions(db, [await findVersion(db, model, found.version)]))[0]!;
}

async function newestVersion(
  db: Db,
  { registered_no, name }: Pick<Row<"registered_models">, "registered_no" | "name">,
): Promise<ModelVersion> {
  const newest = await db
    .selectFrom("model_versions")
    .selectAll()
    .where("registered_no", "=", registered_no)
    .where("stage", "!=", DELETED_STAGE)
    .orderBy("version", "desc")
    .limit(1)
    .execute();
  const [version] = await readVersions(db, newest);
  if (version !== undefined) return version;
  throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `Latest version not found for model ${name}.`);
}

/** One version. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function getVersion({ db }: Pick<Store, "db">, { name, version }: VersionKey): Promise<ModelVersion> {
  const model = await db.selectFrom("registered_models").selectAll().where("name", "=", name).executeTakeFirst();
  if (model === undefined) {
    throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `Model Version (name=${name}, version=${version}) not found`);
  }
  return (await readVersions(db, [await findVersion(db, model, version)]))[0]!;
}

async function changeVersion(
  store: Store,
  { name, version }: VersionKey,
  change: (db: Db, row: Row<"model_versions">) => Promise<void>,
): Promise<ModelVersion> {
  return store.write(async (db) => {
    const before = await getVersion({ db }, { name, version });
    await change(db, before);
    return getVersion({ db }, { name, version });
  });
}

async function touchModel(db: Db, name: string, nowMs: number): Promise<Row<"registered_models">> {
  const model = await findRegistered(db, name);
  await db
    .updateTable("registered_models")
    .set({ updated_ms: nowMs })
    .where("registered_no", "=", model.registered_no)
    .execute();
  return model;
}

async function putTag(
  db: Db,
  { registered_no, version }: Row<"model_versions">,
  { key, value }: KeyValue,
): Promise<void> {
  await db
    .insertInto("model_version_tags")
    .values({ registered_no, version, key, value })
    .onConflict((conflict) => conflict.columns(["registered_no", "version", "key"]).doUpdateSet({ value }))
    .execute();
}

/** @throws TrackFailure INVALID_PARAMETER_VALUE if a version may not have this alias */
export function checkAlias(alias: string): void {
  if (alias === "") throw invalid("Registered model alias name cannot be empty.");
  if (!/^[\p{L}\p{N}_-]*$/u.test(alias)) {
    throw invalid(
      `Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`,
    );
  }
  if (alias.length > 255) throw invalid("'Registered model alias name' exceeds the maximum length of 255 characters");
  if (alias.toLowerCase() === LATEST) throw invalid("'latest' alias name (case insensitive) is reserved.");
  if (/^v\d+$/i.test(alias)) throw invalid(`Version alias name '${alias}' is reserved.`);
}

import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { insertRows } from "../../store/insert-rows.ts";
import { DELETED_STAGE, readVersions } from "../models/model-versions.ts";
import type { ForeignRegisteredModel, ForeignVersion } from "./foreign-models.ts";
import { nextStep, ownTags, readState, SOURCE_TAG, sortedPairs, STATE_TAG } from "./import-state.ts";
import { differenceOf, registeredDigest, type VersionCounts, versionCounts } from "./registered-content.ts";

/** Result of writing a registered model. `refuse`: it differs here, and why; nothing was written. */
export type WrittenRegistered =
  | { step: "create" | "replace" | "keep"; versions: VersionCounts }
  | { step: "refuse"; why: string };

/**
 * Writes a registered model with its versions, tags and aliases, completely or not at all. What exists here with other
 * content is replaced only if it was imported and not changed since.
 *
 * @param model runs and locations are those of this store
 */
export async function writeRegistered(
  store: Store,
  model: ForeignRegisteredModel,
  format: string,
): Promise<WrittenRegistered> {
  return store.write(async (db) => {
    const here = await registeredHere(db, model.name);
    const source = registeredDigest(model);
    const known = here === undefined ? {} : { here: registeredDigest(here.model), ...baseOf(here.model) };
    const step = nextStep({ source, ...known });
    // one with this name from elsewhere is another model, even if nobody changed it here
    const isOther = step === "replace" && here?.model.createdMs !== model.createdMs;
    if (step === "refuse" || isOther) return { step: "refuse", why: differenceOf(here!.model, model) };
    const number = here?.number ?? (await insertModel(db, model));
    if (step !== "keep") {
      await replaceModel(db, number, model);
      await replaceTags(db, number, [
        ...ownTags(model.tags),
        { key: SOURCE_TAG, value: format },
        { key: STATE_TAG, value: source },
      ]);
    }
    await updateLocations(db, number, model.versions);
    return { step, versions: versionCounts(here?.model, model, step) };
  });
}

/** Whether the registered model here has the content of the source, or was changed here since its import. */
export async function isRegistered({ db }: Pick<Store, "db">, model: ForeignRegisteredModel): Promise<boolean> {
  const here = await registeredHere(db, model.name);
  if (here === undefined) return false;
  const source = registeredDigest(model);
  return registeredDigest(here.model) === source || baseOf(here.model).base === source;
}

function baseOf({ tags }: ForeignRegisteredModel): { base?: string } {
  const { base } = readState(tags);
  return base === undefined ? {} : { base };
}

async function registeredHere(
  db: Db,
  name: string,
): Promise<{ number: number; model: ForeignRegisteredModel } | undefined> {
  const row = await db.selectFrom("registered_models").selectAll().where("name", "=", name).executeTakeFirst();
  if (row === undefined) return undefined;
  const { registered_no } = row;
  const tags = await db
    .selectFrom("registered_model_tags")
    .select(["key", "value"])
    .where("registered_no", "=", registered_no)
    .execute();
  const aliases = await db
    .selectFrom("registered_model_aliases")
    .select(["alias", "version"])
    .where("registered_no", "=", registered_no)
    .execute();
  const rows = await db.selectFrom("model_versions").selectAll().where("registered_no", "=", registered_no).execute();
  const versions = await readVersions(db, rows);
  const model: ForeignRegisteredModel = {
    name,
    description: row.description || null,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    tags,
    aliases,
    versions: versions
      .filter(({ stage }) => stage !== DELETED_STAGE)
      .map((one) => ({
        version: one.version,
        createdMs: one.created_ms,
        updatedMs: one.updated_ms,
        stage: one.stage,
        status: one.status,
        statusMessage: one.status_message || null,
        description: one.description || null,
        userId: one.user_id || null,
        source: one.source,
        location: one.storage_location,
        runId: one.run_id || null,
        runLink: one.run_link || null,
        modelId: one.model_id || null,
        tags: one.tags,
      })),
    deleted: versions.filter(({ stage }) => stage === DELETED_STAGE).map(({ version }) => version),
  };
  return { number: registered_no, model };
}

async function insertModel(
  db: Db,
  { name, description, createdMs, updatedMs }: ForeignRegisteredModel,
): Promise<number> {
  const { registered_no } = await db
    .insertInto("registered_models")
    .values({ name, description, created_ms: createdMs, updated_ms: updatedMs })
    .returning("registered_no")
    .executeTakeFirstOrThrow();
  return registered_no;
}

async function replaceTags(db: Db, number: number, tags: ForeignRegisteredModel["tags"]): Promise<void> {
  await db.deleteFrom("registered_model_tags").where("registered_no", "=", number).execute();
  await insertRows(db, {
    table: "registered_model_tags",
    columns: { registered_no: "bigint", key: "text", value: "text" },
    rows: tags.map(({ key, value }) => [number, key, value]),
  });
}

const VERSION_COLUMNS = {
  registered_no: "bigint",
  version: "bigint",
  created_ms: "bigint",
  updated_ms: "bigint",
  stage: "text",
  status: "text",
  status_message: "text",
  description: "text",
  user_id: "text",
  source: "text",
  storage_location: "text",
  run_id: "text",
  run_link: "text",
  model_id: "text",
} as const;

/** Replaces the versions and aliases of a model. A version that the source no longer has becomes a deleted one. */
async function replaceModel(db: Db, number: number, model: ForeignRegisteredModel): Promise<void> {
  const { description, createdMs, updatedMs } = model;
  await db
    .updateTable("registered_models")
    .set({ description, created_ms: createdMs, updated_ms: updatedMs })
    .where("registered_no", "=", number)
    .execute();
  const before = await db.selectFrom("model_versions").select("version").where("registered_no", "=", number).execute();
  const kept = new Set(model.versions.map(({ version }) => version));
  const gone = new Set([...before.map(({ version }) => version), ...model.deleted].filter((one) => !kept.has(one)));
  await db.deleteFrom("registered_model_aliases").where("registered_no", "=", number).execute();
  await db.deleteFrom("model_versions").where("registered_no", "=", number).execute();
  await insertRows(db, {
    table: "model_versions",
    columns: VERSION_COLUMNS,
    rows: [
      ...model.versions.map((one) => versionRow(number, one)),
      ...Array.from(gone, (version) => versionRow(number, { ...DELETED, version, updatedMs })),
    ],
  });
  await insertRows(db, {
    table: "model_version_tags",
    columns: { registered_no: "bigint", version: "bigint", key: "text", value: "text" },
    rows: model.versions.flatMap(({ version, tags }) =>
      sortedPairs(tags).map(({ key, value }) => [number, version, key, value]),
    ),
  });
  await insertRows(db, {
    table: "registered_model_aliases",
    columns: { registered_no: "bigint", alias: "text", version: "bigint" },
    rows: model.aliases.map(({ alias, version }) => [number, alias, version]),
  });
}

/** The facts that are kept of a deleted version. */
const DELETED = {
  createdMs: 0,
  stage: DELETED_STAGE,
  status: "READY",
  statusMessage: null,
  description: null,
  userId: null,
  source: "",
  location: "",
  runId: null,
  runLink: null,
  modelId: null,
  tags: [],
} satisfies Omit<ForeignVersion, "version" | "updatedMs">;

function versionRow(number: number, one: ForeignVersion): unknown[] {
  return [
    number,
    one.version,
    one.createdMs,
    one.updatedMs,
    one.stage,
    one.status,
    one.statusMessage,
    one.description,
    one.userId,
    one.source,
    one.location,
    one.runId,
    one.runLink,
    one.modelId,
  ];
}

/** Points versions to their files here, which may have come after them. */
async function updateLocations(db: Db, number: number, versions: readonly ForeignVersion[]): Promise<void> {
  for (const { version, source, location } of versions) {
    if (!location.startsWith("mlflow-artifacts:/")) continue;
    await db
      .updateTable("model_versions")
      .set({ storage_location: location })
      .where("registered_no", "=", number)
      .where("version", "=", version)
      .where("source", "=", source)
      .where("storage_location", "!=", location)
      .execute();
  }
}

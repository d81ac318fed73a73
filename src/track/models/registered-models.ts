import type { Db, Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import type { KeyValue } from "../key-value.ts";
import { checkKey } from "../names.ts";
import { invalid, TrackFailure } from "../track-failure.ts";
import { DELETED_STAGE, type ModelVersion, readVersions } from "./model-versions.ts";

/** A registered name with its tags, its aliases, and the latest version of each stage. */
export type RegisteredModel = Row<"registered_models"> & {
  tags: KeyValue[];
  aliases: { alias: string; version: number }[];
  latest: ModelVersion[];
};

/** Registers a name. @throws TrackFailure RESOURCE_ALREADY_EXISTS, INVALID_PARAMETER_VALUE */
export async function registerModel(
  store: Store,
  { name, description, tags }: { name: string; description: string | null; tags: readonly KeyValue[] },
  nowMs: number,
): Promise<RegisteredModel> {
  checkModelName(name);
  return store.write(async (db) => {
    const row = await db
      .insertInto("registered_models")
      .values({ name, description, created_ms: nowMs, updated_ms: nowMs })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw alreadyExists(name);
    for (const { key, value } of tags) await putTag(db, row.registered_no, { key, value });
    return (await readRegistered(db, [row]))[0]!;
  });
}

/** One registered model. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function getRegistered({ db }: Pick<Store, "db">, name: string): Promise<RegisteredModel> {
  return (await readRegistered(db, [await findRegistered(db, name)]))[0]!;
}

/** Renames a model, or changes its description. @throws TrackFailure */
export async function changeRegistered(
  store: Store,
  name: string,
  change: { name?: string; description?: string; nowMs: number },
): Promise<RegisteredModel> {
  if (change.name !== undefined) checkModelName(change.name);
  return store.write(async (db) => {
    const before = await findRegistered(db, name);
    const row = {
      ...before,
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      updated_ms: change.nowMs,
    };
    if (row.name !== before.name) {
      const other = await db
        .selectFrom("registered_models")
        .select("name")
        .where("name", "=", row.name)
        .executeTakeFirst();
      if (other !== undefined) throw alreadyExists(row.name);
    }
    await db
      .updateTable("registered_models")
      .set({ name: row.name, description: row.description, updated_ms: row.updated_ms })
      .where("registered_no", "=", before.registered_no)
      .execute();
    return (await readRegistered(db, [row]))[0]!;
  });
}

/** Removes a model with all its versions. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function removeRegistered(store: Store, name: string): Promise<void> {
  await store.write(async (db) => {
    const { registered_no } = await findRegistered(db, name);
    await db.deleteFrom("registered_models").where("registered_no", "=", registered_no).execute();
  });
}

/** Sets a tag of a model. @throws TrackFailure */
export async function setRegisteredTag(store: Store, name: string, tag: KeyValue): Promise<void> {
  checkKey(tag.key, "key");
  await store.write(async (db) => putTag(db, (await findRegistered(db, name)).registered_no, tag));
}

/** Removes a tag of a model, if it exists. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function deleteRegisteredTag(store: Store, name: string, key: string): Promise<void> {
  await store.write(async (db) => {
    const { registered_no } = await findRegistered(db, name);
    await db
      .deleteFrom("registered_model_tags")
      .where("registered_no", "=", registered_no)
      .where("key", "=", key)
      .execute();
  });
}

async function putTag(db: Db, registered_no: number, { key, value }: KeyValue): Promise<void> {
  await db
    .insertInto("registered_model_tags")
    .values({ registered_no, key, value })
    .onConflict((conflict) => conflict.columns(["registered_no", "key"]).doUpdateSet({ value }))
    .execute();
}

/** The row of a model. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function findRegistered(db: Db, name: string): Promise<Row<"registered_models">> {
  const found = await db.selectFrom("registered_models").selectAll().where("name", "=", name).executeTakeFirst();
  if (found === undefined) {
    throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `Registered Model with name=${name} not found`);
  }
  return found;
}

/** Models with their related data, in the given order. */
export async function readRegistered(db: Db, rows: readonly Row<"registered_models">[]): Promise<RegisteredModel[]> {
  return Promise.all(
    rows.map(async (row): Promise<RegisteredModel> => {
      const { registered_no } = row;
      const tags = await db
        .selectFrom("registered_model_tags")
        .select(["key", "value"])
        .where("registered_no", "=", registered_no)
        .orderBy("key")
        .execute();
      const aliases = await db
        .selectFrom("registered_model_aliases")
        .select(["alias", "version"])
        .where("registered_no", "=", registered_no)
        .orderBy("alias")
        .execute();
      const versions = await db
        .selectFrom("model_versions")
        .selectAll()
        .where("registered_no", "=", registered_no)
        .where("stage", "!=", DELETED_STAGE)
        .orderBy("version", "desc")
        .execute();
      const stages = new Set<string>();
      const latest = versions.filter(({ stage }) => stages.size < stages.add(stage).size);
      return { ...row, tags, aliases, latest: await readVersions(db, latest) };
    }),
  );
}

function alreadyExists(name: string): TrackFailure {
  return new TrackFailure("RESOURCE_ALREADY_EXISTS", `Registered Model (name=${name}) already exists.`);
}

/** @throws TrackFailure INVALID_PARAMETER_VALUE if a registered model may not have this name */
export function checkModelName(name: string): void {
  if (name.trim() === "") throw invalid("Missing value for required parameter 'name'.");
  if (/[/:]/.test(name)) throw invalid(`Invalid model name '${name}'. Names cannot contain '/' or ':'.`);
  if (name === "." || name.startsWith("..")) {
    throw invalid(
      `Invalid value ${JSON.stringify(name)} for parameter 'name' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${name}'`,
    );
  }
}

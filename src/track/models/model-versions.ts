import type { Db, Row } from "../../store/database.ts";
import type { KeyValue } from "../key-value.ts";
import { TrackFailure } from "../track-failure.ts";

/** A version of a registered model. */
export type ModelVersion = Row<"model_versions"> & { name: string; tags: KeyValue[]; aliases: string[] };

/** Stage of a version that was removed. */
export const DELETED_STAGE = "Deleted_Internal";

/** Versions with their model's name, tags and aliases, in the given order. */
export async function readVersions(db: Db, rows: readonly Row<"model_versions">[]): Promise<ModelVersion[]> {
  if (rows.length === 0) return [];
  const numbers = [...new Set(rows.map(({ registered_no }) => registered_no))];
  const models = await db
    .selectFrom("registered_models")
    .select(["registered_no", "name"])
    .where("registered_no", "in", numbers)
    .execute();
  const tags = await db
    .selectFrom("model_version_tags")
    .selectAll()
    .where("registered_no", "in", numbers)
    .orderBy("key")
    .execute();
  const aliases = await db
    .selectFrom("registered_model_aliases")
    .selectAll()
    .where("registered_no", "in", numbers)
    .orderBy("alias")
    .execute();
  return rows.map((row) => {
    const isOwn = (other: { registered_no: number; version: number }): boolean =>
      other.registered_no === row.registered_no && other.version === row.version;
    return {
      ...row,
      name: models.find(({ registered_no }) => registered_no === row.registered_no)!.name,
      tags: tags.filter(isOwn).map(({ key, value }) => ({ key, value })),
      aliases: aliases.filter(isOwn).map(({ alias }) => alias),
    };
  });
}

/** Finds a version by its number as sent by clients. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function findVersion(
  db: Db,
  { registered_no, name }: Pick<Row<"registered_models">, "registered_no" | "name">,
  version: number,
): Promise<Row<"model_versions">> {
  const found = await db
    .selectFrom("model_versions")
    .selectAll()
    .where("registered_no", "=", registered_no)
    .where("version", "=", version)
    .where("stage", "!=", DELETED_STAGE)
    .executeTakeFirst();
  if (found === undefined) {
    throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `Model Version (name=${name}, version=${version}) not found`);
  }
  return found;
}

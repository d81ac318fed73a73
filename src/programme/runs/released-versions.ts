import type { ReleasedVersions } from "../../domain/released-version.ts";
import type { Store } from "../../store/open-store.ts";
import { DELETED_STAGE, readVersions } from "../../track/models/model-versions.ts";

/** Stage of a version in production. */
const PRODUCTION = "Production";

/** Registered versions in use: those with an alias, and those in the stage Production. */
export async function releasedVersions({ db }: Pick<Store, "db">): Promise<ReleasedVersions> {
  const rows = await db
    .selectFrom("model_versions")
    .selectAll()
    .where("stage", "!=", DELETED_STAGE)
    .orderBy("registered_no")
    .orderBy("version", "desc")
    .execute();
  const versions = await readVersions(db, rows);
  return {
    versions: versions
      .map(({ name, version, run_id, aliases, stage }) => ({
        model: name,
        version,
        runId: run_id,
        marks: [...aliases, ...(stage === PRODUCTION ? [PRODUCTION] : [])],
      }))
      .filter(({ marks }) => marks.length > 0)
      .toSorted((a, b) => (a.model < b.model ? -1 : a.model > b.model ? 1 : b.version - a.version)),
  };
}

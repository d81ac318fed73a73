import type { Db, Row } from "../store/database.ts";
import type { Store } from "../store/open-store.ts";
import { checkExperimentName, experimentIdOf, noExperiment, PROGRAMME_TAG } from "./experiments.ts";
import type { KeyValue } from "./key-value.ts";
import { checkLength, LIMITS } from "./names.ts";
import { invalid, TrackFailure } from "./track-failure.ts";

type Change = { id: string; nowMs: number };

/** Renames an experiment. @throws TrackFailure RESOURCE_DOES_NOT_EXIST, RESOURCE_ALREADY_EXISTS, INVALID_STATE */
export async function renameExperiment(store: Store, { id, nowMs, name }: Change & { name: string }): Promise<void> {
  checkExperimentName(name);
  await store.write(async (db) => {
    const experiment = await findExperiment(db, id);
    if (experiment.lifecycle_stage !== "active") {
      throw new TrackFailure("INVALID_STATE", "Cannot rename a non-active experiment.");
    }
    const other = await db
      .selectFrom("experiments")
      .select("experiment_id")
      .where("name", "=", name)
      .executeTakeFirst();
    if (other !== undefined && other.experiment_id !== experiment.experiment_id) {
      throw new TrackFailure("RESOURCE_ALREADY_EXISTS", `Experiment(name=${name}) already exists.`);
    }
    await db
      .updateTable("experiments")
      .set({ name, updated_ms: nowMs })
      .where("experiment_id", "=", experiment.experiment_id)
      .execute();
  });
}

/**
 * Deletes or restores an experiment and its runs.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST if it does not exist, or is already in that stage
 */
export async function moveExperiment(
  store: Store,
  { id, nowMs, stage }: Change & { stage: "active" | "deleted" },
): Promise<void> {
  await store.write(async (db) => {
    const { experiment_id, lifecycle_stage } = await findExperiment(db, id);
    if (lifecycle_stage === stage) {
      throw noExperiment(id);
    }
    await db
      .updateTable("experiments")
      .set({ lifecycle_stage: stage, updated_ms: nowMs })
      .where("experiment_id", "=", experiment_id)
      .execute();
    await db
      .updateTable("runs")
      .set({ lifecycle_stage: stage, deleted_ms: stage === "deleted" ? nowMs : null })
      .where("experiment_id", "=", experiment_id)
      .where("lifecycle_stage", "!=", stage)
      .execute();
  });
}

/** Sets a tag of an experiment. @throws TrackFailure RESOURCE_DOES_NOT_EXIST, INVALID_PARAMETER_VALUE */
export async function setExperimentTag(store: Store, { id, key, value, nowMs }: Change & KeyValue): Promise<void> {
  checkLength(value, "value", LIMITS.experimentTagValue);
  await store.write(async (db) => {
    const { experiment_id } = await requireActive(db, id);
    await db
      .insertInto("experiment_tags")
      .values({ experiment_id, key, value })
      .onConflict((conflict) => conflict.columns(["experiment_id", "key"]).doUpdateSet({ value }))
      .execute();
    await noteProgramme(db, experiment_id, { key, value, nowMs });
  });
}

/** Removes a tag of an experiment. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function deleteExperimentTag(store: Store, { id, key, nowMs }: Change & { key: string }): Promise<void> {
  await store.write(async (db) => {
    const { experiment_id } = await requireActive(db, id);
    const { numDeletedRows } = await db
      .deleteFrom("experiment_tags")
      .where("experiment_id", "=", experiment_id)
      .where("key", "=", key)
      .executeTakeFirstOrThrow();
    if (numDeletedRows === 0n) {
      throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `No tag with name: ${key} in experiment with id ${id}`);
    }
    await noteProgramme(db, experiment_id, { key, value: null, nowMs });
  });
}

async function noteProgramme(
  db: Db,
  experimentId: number,
  { key, value, nowMs }: { key: string; value: string | null; nowMs: number },
): Promise<void> {
  await db
    .updateTable("experiments")
    .set({ updated_ms: nowMs, ...(key === PROGRAMME_TAG ? { programme: value } : {}) })
    .where("experiment_id", "=", experimentId)
    .execute();
}

async function requireActive(db: Db, id: string): Promise<Row<"experiments">> {
  const experiment = await findExperiment(db, id);
  if (experiment.lifecycle_stage === "active") return experiment;
  throw invalid(`The experiment ${id} must be in the 'active' state. Current state is ${experiment.lifecycle_stage}.`);
}

async function findExperiment(db: Db, id: string): Promise<Row<"experiments">> {
  const found = await db
    .selectFrom("experiments")
    .selectAll()
    .where("experiment_id", "=", experimentIdOf(id))
    .executeTakeFirst();
  if (found === undefined) throw noExperiment(id);
  return found;
}

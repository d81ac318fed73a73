import type { Row } from "../store/database.ts";
import type { Store } from "../store/open-store.ts";
import { checkLength, LIMITS } from "./names.ts";
import type { KeyValue } from "./key-value.ts";
import { invalid, TrackFailure } from "./track-failure.ts";

/** An experiment with its tags. Times are milliseconds since 1970. */
export type Experiment = Row<"experiments"> & { tags: KeyValue[] };

/** Tag with the programme to which an experiment belongs. */
export const PROGRAMME_TAG = "tunewright.programme";

/** Input for creating an experiment. */
export type NewExperiment = { name: string; artifactLocation?: string | undefined; tags: readonly KeyValue[] };

/**
 * Creates an experiment.
 *
 * @returns its id
 * @throws TrackFailure RESOURCE_ALREADY_EXISTS if the name is used by another one, even a deleted one
 */
export async function createExperiment(store: Store, wanted: NewExperiment, nowMs: number): Promise<number> {
  checkExperimentName(wanted.name);
  return store.write(async (db) => {
    const inserted = await db
      .insertInto("experiments")
      .values({
        name: wanted.name,
        artifact_location: wanted.artifactLocation ?? "",
        lifecycle_stage: "active",
        created_ms: nowMs,
        updated_ms: nowMs,
        programme: wanted.tags.find(({ key }) => key === PROGRAMME_TAG)?.value ?? null,
      })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .returning("experiment_id")
      .executeTakeFirst();
    if (inserted === undefined) {
      throw new TrackFailure("RESOURCE_ALREADY_EXISTS", `Experiment(name=${wanted.name}) already exists.`);
    }
    const { experiment_id } = inserted;
    if (wanted.artifactLocation === undefined) {
      await db
        .updateTable("experiments")
        .set({ artifact_location: `mlflow-artifacts:/${experiment_id}` })
        .where("experiment_id", "=", experiment_id)
        .execute();
    }
    const tags = new Map(wanted.tags.map(({ key, value }) => [key, value]));
    if (tags.size > 0) {
      await db
        .insertInto("experiment_tags")
        .values([...tags].map(([key, value]) => ({ experiment_id, key, value })))
        .execute();
    }
    return experiment_id;
  });
}

/** @throws TrackFailure INVALID_PARAMETER_VALUE */
export function checkExperimentName(name: string): void {
  if (name === "") throw invalid("Invalid experiment name: ''");
  checkLength(name, "name", LIMITS.experimentName);
}

/**
 * Parses the id of an experiment as sent by clients.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE if it is not a number
 */
export function experimentIdOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw invalid(`Invalid experiment ID '${text}'. Experiment ID must be a valid integer.`);
  }
  return Number(text);
}

/**
 * One experiment, including deleted ones.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST
 */
export async function getExperiment({ db }: Pick<Store, "db">, id: string): Promise<Experiment> {
  const experimentId = experimentIdOf(id);
  const found = await db
    .selectFrom("experiments")
    .selectAll()
    .where("experiment_id", "=", experimentId)
    .executeTakeFirst();
  if (found === undefined) throw noExperiment(id);
  return (await withTags({ db }, [found]))[0]!;
}

/** The error for an id without an experiment. */
export function noExperiment(id: string): TrackFailure {
  return new TrackFailure("RESOURCE_DOES_NOT_EXIST", `No Experiment with id=${id} exists`);
}

/**
 * One experiment by its name, including deleted ones.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST
 */
export async function getExperimentByName({ db }: Store, name: string): Promise<Experiment> {
  const found = await db.selectFrom("experiments").selectAll().where("name", "=", name).executeTakeFirst();
  if (found === undefined) {
    throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `Could not find experiment with name '${name}'`);
  }
  return (await withTags({ db }, [found]))[0]!;
}

/** Experiments with their tags, in the given order. */
export async function withTags({ db }: Pick<Store, "db">, rows: readonly Row<"experiments">[]): Promise<Experiment[]> {
  if (rows.length === 0) return [];
  const tags = await db
    .selectFrom("experiment_tags")
    .selectAll()
    .where(
      "experiment_id",
      "in",
      rows.map(({ experiment_id }) => experiment_id),
    )
    .orderBy("key")
    .execute();
  return rows.map((row) => ({
    ...row,
    tags: tags
      .filter(({ experiment_id }) => experiment_id === row.experiment_id)
      .map(({ key, value }) => ({ key, value })),
  }));
}

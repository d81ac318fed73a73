import { randomUUID } from "node:crypto";

import type { Int64 } from "../base/int64.ts";
import type { Db } from "../store/database.ts";
import type { Store } from "../store/open-store.ts";
import { writeAtOnce } from "../store/write-at-once.ts";
import { openActivity } from "./activity.ts";
import { experimentIdOf, noExperiment } from "./experiments.ts";
import type { KeyValue } from "./key-value.ts";
import { checkKey, LIMITS, truncated } from "./names.ts";
import type { RunInfo } from "./run-info.ts";
import { randomRunName } from "./run-name.ts";
import { setTags } from "./set-tags.ts";
import { invalid } from "./track-failure.ts";

/** Tag that contains the name of its run. */
export const RUN_NAME_TAG = "mlflow.runName";

/** Input for creating a run. */
export type NewRun = {
  experimentId: string;
  /** Default: the tag `mlflow.user`. */
  userId: string;
  /** Default: the tag `mlflow.runName`, otherwise a random name. */
  name: string;
  startMs: Int64;
  tags: readonly KeyValue[];
};

/**
 * Creates a run in the state RUNNING.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST (experiment), INVALID_PARAMETER_VALUE
 */
export async function createRun(
  store: Store,
  wanted: NewRun,
  nowMs: number,
): Promise<{ info: RunInfo; tags: KeyValue[] }> {
  for (const [index, { key }] of wanted.tags.entries()) checkKey(key, `tags[${index}].key`);
  const tagged = wanted.tags.find(({ key }) => key === RUN_NAME_TAG)?.value ?? "";
  if (wanted.name !== "" && tagged !== "" && wanted.name !== tagged) {
    throw invalid(
      "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values " +
        `(run_name='${wanted.name}', mlflow.runName='${tagged}').`,
    );
  }
  const name = wanted.name || tagged || randomRunName();
  const tags = new Map(wanted.tags.map(({ key, value }) => [key, value]));
  if (tagged === "") tags.set(RUN_NAME_TAG, name);
  const userId = wanted.userId || (tags.get("mlflow.user") ?? "");
  const list = [...tags].map(([key, value]) => ({ key, value }));
  const run = { ...wanted, name, userId, tags: list };
  const made = store.kind === "postgres" ? await insertTogether(store, run, nowMs) : undefined;
  if (made !== undefined) return { info: made, tags: list };
  return store.write(async (db) => {
    await requireActive(db, wanted.experimentId);
    const info = await insertRun(db, run);
    await setTags(db, info.run_no, list);
    await openActivity(db, info.run_no, nowMs);
    return { info, tags: list };
  });
}

const TOGETHER =
  "with experiment as (select experiment_id from experiments where experiment_id = ? and lifecycle_stage = 'active'), " +
  "made as (insert into runs (run_id, experiment_id, name, user_id, status, start_ms, lifecycle_stage) " +
  "select ?, experiment_id, ?, ?, 'RUNNING', ?::bigint, 'active' from experiment " +
  "returning run_no, run_id, experiment_id, name, user_id, status, start_ms, end_ms, lifecycle_stage, deleted_ms), " +
  "tagged as (insert into run_tags (run_no, key, value) select made.run_no, tag.key, tag.value " +
  "from made, unnest(?::text[], ?::text[]) as tag (key, value)), " +
  "opened as (insert into activity (run_no, opened_ms, last_ms, touches) select run_no, ?, ?, 0 from made) " +
  "select * from made";

/** Creates a run in PostgreSQL with one statement; undefined if the experiment does not exist or is not active. */
async function insertTogether(store: Store, run: NewRun, nowMs: number): Promise<RunInfo | undefined> {
  const { experimentId, name, userId, startMs, tags } = run;
  const values = tags.map(({ value }) => truncated(value, LIMITS.tagValue));
  const keys = tags.map(({ key }) => key);
  const given = [experimentIdOf(experimentId), newRunId(), name, userId, startMs, keys, values, nowMs, nowMs];
  const [made] = await writeAtOnce<RunInfo>(store, TOGETHER, given);
  return made;
}

function newRunId(): string {
  return randomUUID().replaceAll("-", "");
}

async function requireActive(db: Db, id: string): Promise<void> {
  const stages = db.selectFrom("experiments").select("lifecycle_stage").where("experiment_id", "=", experimentIdOf(id));
  const found = await stages.executeTakeFirst();
  if (found === undefined) throw noExperiment(id);
  if (found.lifecycle_stage === "active") return;
  throw invalid(`The experiment ${id} must be in the 'active' state. Current state is ${found.lifecycle_stage}.`);
}

async function insertRun(db: Db, { experimentId, name, userId, startMs }: NewRun): Promise<RunInfo> {
  return db
    .insertInto("runs")
    .values({
      run_id: newRunId(),
      experiment_id: experimentIdOf(experimentId),
      name,
      user_id: userId,
      status: "RUNNING",
      start_ms: startMs,
      end_ms: null,
      lifecycle_stage: "active",
      deleted_ms: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

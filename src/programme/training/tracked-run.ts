import type { Clock } from "../../base/clock.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import type { Store } from "../../store/open-store.ts";
import { createRun } from "../../track/create-run.ts";
import { createExperiment, getExperimentByName, PROGRAMME_TAG } from "../../track/experiments.ts";
import { markScheduled } from "../../track/scheduled-run.ts";
import { TrackFailure } from "../../track/track-failure.ts";
import { BY_TOKENS_TAG } from "../money/run-rate.ts";

/**
 * Creates the run for metrics, tagged with the data that the ledger needs for its price. Idempotent: it finds the run
 * by its job tag.
 */
export async function trackedRun(
  store: Store,
  spec: TrainingFile,
  run: {
    id: string;
    place: { programme: string; now: Clock };
    digest: string;
    more: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const { id, place, digest, more } = run;
  const nowMs = place.now().getTime();
  // a start that was killed before its job was written left its run, which is reused
  const earlier = await runOfJob(store, id);
  if (earlier !== undefined) return earlier;
  const tags = {
    ...more,
    "tunewright.job": id,
    [PROGRAMME_TAG]: place.programme,
    "tunewright.dataset_digest": digest,
    ...(spec.hosted === undefined
      ? { "tunewright.gpu_count": String(spec.gpuCount) }
      : { [BY_TOKENS_TAG.key]: BY_TOKENS_TAG.value }),
    ...(spec.gpu === undefined ? {} : { "tunewright.gpu": spec.gpu }),
    ...(spec.usdPerHour === undefined ? {} : { "tunewright.usd_per_hour": spec.usdPerHour }),
  };
  const { info } = await createRun(
    store,
    {
      experimentId: String(await experimentId(store, spec.experiment, { programme: place.programme, nowMs })),
      userId: "tunewright",
      name: spec.name,
      startMs: nowMs,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    },
    nowMs,
  );
  await markScheduled(store, info.run_id); // waiting, also for an approval, costs nothing
  return info.run_id;
}

async function runOfJob({ db }: Store, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("run_tags")
    .innerJoin("runs", "runs.run_no", "run_tags.run_no")
    .select("runs.run_id")
    .where("run_tags.key", "=", "tunewright.job")
    .where("run_tags.value", "=", id)
    .where("runs.lifecycle_stage", "=", "active")
    .orderBy("runs.run_no")
    .executeTakeFirst();
  return row?.run_id;
}

async function experimentId(
  store: Store,
  name: string,
  { programme, nowMs }: { programme: string; nowMs: number },
): Promise<number> {
  try {
    return await createExperiment(store, { name, tags: [{ key: PROGRAMME_TAG, value: programme }] }, nowMs);
  } catch (error) {
    if (error instanceof TrackFailure && error.code === "RESOURCE_ALREADY_EXISTS") {
      return (await getExperimentByName(store, name)).experiment_id;
    }
    throw error;
  }
}

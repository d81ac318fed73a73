import type { RunList, RunQuery } from "../../domain/tracked-run.ts";
import type { Store } from "../../store/open-store.ts";
import { pageOffset, pageToken } from "../../track/page-token.ts";
import { readRuns } from "../../track/read-runs.ts";
import { asSummaries } from "./run-summary.ts";

/** Runs of a database, newest first. `programmes`: names of those served; the first has the experiments of none. */
export async function listRuns(store: Store, query: RunQuery, programmes: readonly string[]): Promise<RunList> {
  const { programme, experiment, status, deleted, limit } = query;
  const offset = pageOffset(query.pageToken);
  let select = store.db
    .selectFrom("runs")
    .innerJoin("experiments", "experiments.experiment_id", "runs.experiment_id")
    .selectAll("runs")
    .where("runs.lifecycle_stage", "=", deleted ? "deleted" : "active");
  if (programme !== undefined) {
    select = select.where((eb) =>
      programme === programmes[0]
        ? eb.or([eb("programme", "is", null), eb("programme", "=", programme)])
        : eb("programme", "=", programme),
    );
  }
  if (experiment !== undefined) {
    const id = /^\d{1,15}$/.test(experiment) ? Number(experiment) : -1;
    select = select.where((eb) => eb.or([eb("experiments.name", "=", experiment), eb("runs.experiment_id", "=", id)]));
  }
  if (status !== undefined) select = select.where("status", "=", status);
  const infos = await select
    .orderBy("start_ms", "desc")
    .orderBy("run_no", "desc")
    .offset(offset)
    .limit(limit + 1)
    .execute();
  const records = await readRuns(store.db, infos.slice(0, limit));
  return {
    runs: await asSummaries(store, records, programmes),
    nextPageToken: infos.length > limit ? pageToken(offset + limit) : null,
  };
}

import type { RunList, RunQuery } from "../../domain/tracked-run.ts";
import type { Store } from "../../store/open-store.ts";
import { readRuns } from "../../track/read-runs.ts";
import type { RunInfo } from "../../track/run-info.ts";
import type { ComputedMetrics } from "../../track/search/computed-metrics.ts";
import { searchRuns } from "../../track/search/search-runs.ts";
import { asSummaries } from "./run-summary.ts";

/** Metrics that a filter or an order may name although no client logs them; default: none. */
type Computed = { computed?: ComputedMetrics };

/**
 * Runs of a database. `programmes`: names of those served; experiments without a programme belong to the first.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE for a filter or an order that does not parse
 */
export async function listRuns(
  store: Store,
  query: RunQuery & Computed,
  programmes: readonly string[],
): Promise<RunList> {
  const { infos, nextPageToken } = await findRuns(store, query, programmes);
  const records = await readRuns(store.db, infos);
  return { runs: await asSummaries(store, records, programmes), nextPageToken: nextPageToken ?? null };
}

/**
 * The runs that match a query, without logged data.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE for a filter or an order that does not parse
 */
export async function findRuns(
  store: Store,
  query: RunQuery & Computed,
  programmes: readonly string[],
): Promise<{ infos: RunInfo[]; nextPageToken: string | undefined }> {
  const { programme, experiment, status, filter, order, deleted, limit, pageToken } = query;
  const clauses = [filter, status === undefined ? "" : `status = '${status}'`].filter((clause) => clause.trim() !== "");
  return searchRuns(store, {
    experimentIds: experiment === undefined ? undefined : await experimentIds(store, experiment),
    programmes: programme === undefined ? undefined : [programme, ...(programme === programmes[0] ? [null] : [])],
    filter: clauses.join(" and "),
    view: deleted ? "DELETED_ONLY" : "ACTIVE_ONLY",
    orderBy: order,
    maxResults: limit,
    pageToken,
    computed: query.computed,
  });
}

/** Experiments by name or id. */
async function experimentIds({ db }: Store, word: string): Promise<number[]> {
  const id = /^\d{1,15}$/.test(word) ? Number(word) : -1;
  const rows = await db
    .selectFrom("experiments")
    .select("experiment_id")
    .where((eb) => eb.or([eb("name", "=", word), eb("experiment_id", "=", id)]))
    .execute();
  return rows.map(({ experiment_id }) => experiment_id);
}

import type { QueryClient } from "@tanstack/react-query";

import type { RunOrigin } from "../../../domain/run-origin.ts";
import type { TrackedRun } from "../../../domain/tracked-run.ts";
import { getJson, getMlflow } from "../../api.ts";
import { firstVersions, type Model, type SourceRun, type Version, versionsOf } from "./registry.ts";

/** Rows per request. */
const PAGE = "1000";

/** Maximum number of source runs that are read; versions of other runs show only their id. */
const MOST_RUNS = 60;

/** Time during which a source run is not read again, ms. */
const FRESH_MS = 300_000;

/** Registered models with all versions, and the runs that made the versions shown first. */
export type Registry = {
  models: readonly Model[];
  versions: readonly Version[];
  runs: ReadonlyMap<string, SourceRun>;
};

/** Reads the registry and the source runs at once, so that nothing on the page moves later. */
export async function readRegistry(client: QueryClient): Promise<Registry> {
  const [models, versions] = await Promise.all([
    readAll<Model>("registered-models/search", "registered_models"),
    readAll<Version>("model-versions/search", "model_versions"),
  ]);
  const shown = models.flatMap((model) => firstVersions(model, versionsOf(model, versions)));
  const ids = [...new Set(shown.flatMap(({ run_id: id = "" }) => (id === "" ? [] : [id])))].slice(0, MOST_RUNS);
  const runs = await Promise.all(ids.map(async (id) => readSource(client, id)));
  return { models, versions, runs: new Map(runs.flatMap((found) => (found === undefined ? [] : [found]))) };
}

async function readAll<T>(path: string, field: string): Promise<T[]> {
  const rows: T[] = [];
  let token: string | undefined = "";
  while (token !== undefined) {
    const answer: Record<string, unknown> = await getMlflow(path, {
      max_results: PAGE,
      ...(token === "" ? {} : { page_token: token }),
    });
    rows.push(...((answer[field] ?? []) as T[]));
    token = answer["next_page_token"] as string | undefined;
    if (token === "") token = undefined;
  }
  return rows;
}

/** A run and its frozen datasets; undefined if the run is not on this server. */
async function readSource(client: QueryClient, id: string): Promise<[string, SourceRun] | undefined> {
  try {
    const run = await client.fetchQuery({
      queryKey: ["run", id],
      queryFn: async () => getJson<TrackedRun>(`/runs/${id}`),
      staleTime: FRESH_MS,
    });
    const origin =
      run.datasets.length === 0
        ? undefined
        : await client.fetchQuery({
            queryKey: ["run-origin", id],
            queryFn: async () => getJson<RunOrigin>(`/runs/${id}/origin`),
            staleTime: FRESH_MS,
          });
    return [id, { run, origin }];
  } catch {
    return undefined;
  }
}

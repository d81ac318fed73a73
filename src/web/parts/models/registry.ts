import type { RunOrigin } from "../../../domain/run-origin.ts";
import type { TrackedRun } from "../../../domain/tracked-run.ts";
import { metricRank } from "../../../report/usual-columns.ts";

/** A name that points to one version of a model. */
export type Alias = { alias: string; version: string | number };

/** A registered model, as MLflow's API sends it. */
export type Model = {
  name: string;
  description?: string;
  last_updated_timestamp: number | string;
  aliases?: readonly Alias[];
};

/** A version of a model, as MLflow's API sends it. */
export type Version = {
  name: string;
  version: string | number;
  run_id?: string;
  creation_timestamp: number | string;
  description?: string;
  current_stage?: string;
  source?: string;
  status?: string;
};

/** The run that made a version, with the frozen datasets that it read. */
export type SourceRun = { run: TrackedRun; origin: RunOrigin | undefined };

/** Number of versions of a model that are shown first; those with an alias are shown always. */
const FIRST_VERSIONS = 10;

/** Maximum number of metrics in the table of versions. */
const MOST_RESULTS = 3;

/** Versions of a model, the newest first. */
export function versionsOf(model: Model, versions: readonly Version[]): Version[] {
  return versions.filter(({ name }) => name === model.name).toSorted((a, b) => Number(b.version) - Number(a.version));
}

/** Aliases of a version. */
export function aliasesOf({ aliases = [] }: Model, { version }: Version): string[] {
  return aliases.filter((each) => String(each.version) === String(version)).map(({ alias }) => alias);
}

/** Versions that are shown first: the newest, and all that have an alias. */
export function firstVersions(model: Model, versions: readonly Version[]): Version[] {
  return versions.filter((version, place) => place < FIRST_VERSIONS || aliasesOf(model, version).length > 0);
}

/** Metrics by which versions are compared: those of most runs, losses of evaluations first; none of the machine. */
export function resultKeys(runs: readonly Pick<TrackedRun, "metrics">[]): string[] {
  const counts = new Map<string, number>();
  for (const { metrics } of runs) {
    for (const { key } of metrics) if (!key.startsWith("system/")) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a, m], [b, n]) => n - m || metricRank(a) - metricRank(b) || (a < b ? -1 : 1))
    .slice(0, MOST_RESULTS)
    .map(([key]) => key);
}

/** Folder of the files of a version among the artifacts of its run; undefined if they are elsewhere. */
export function artifactFolder({ source = "", run_id: runId = "" }: Version): string | undefined {
  if (runId === "") return undefined;
  const inRun = source.startsWith(`runs:/${runId}/`)
    ? source.slice(`runs:/${runId}/`.length)
    : source.split(`/${runId}/artifacts/`)[1];
  return inRun === undefined || inRun === "" ? undefined : inRun;
}

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import type { ImportFormat, RunImport, RunImportRequest } from "../../domain/run-import.ts";
import type { Store } from "../../store/open-store.ts";
import { createExperiment } from "../../track/experiments.ts";
import { type ForeignRun, type ForeignTracker, skip } from "../../track/imports/foreign-run.ts";
import { RefusedFailure, type ServerAccess } from "../../track/imports/mlflow-http.ts";
import { openMlflowServer } from "../../track/imports/mlflow-server.ts";
import { openMlflowSqlite } from "../../track/imports/mlflow-sqlite.ts";
import { openMlruns } from "../../track/imports/mlruns.ts";
import { openTrackio } from "../../track/imports/trackio.ts";
import { openWandb } from "../../track/imports/wandb.ts";
import { isWandbExport, openWandbExport } from "../../track/imports/wandb-export.ts";
import { closeImport, linkModels, writeRun } from "../../track/imports/write-run.ts";
import { openForeignSqlite } from "../../store/foreign-sqlite.ts";
import { ImportFiles } from "./import-files.ts";
import { importModels, type ModelCounts, type ModelsPlace, noModels } from "./import-models.ts";
import { PlacesHere } from "./places-here.ts";

/** Context of an import. */
export type ImportPlace = {
  nowMs: number;
  /** Sent to an MLflow server as Bearer. */
  token: string | undefined;
  /** Time limit of one request to an MLflow server, ms; default: 60 s. */
  timeoutMs?: number | undefined;
  /** Ends the import; what was imported is kept, and the next import continues. */
  signal?: AbortSignal | undefined;
  /** Called after each run, with the number so far. */
  onRun?: (runs: number) => void;
};

/**
 * Imports the runs of another tracker with their points, params, tags, datasets and files, then its logged and
 * registered models. It can be repeated at any time, even after it was killed: existing data are not written again.
 *
 * @throws Failure not_found, bad_input if the source is in another format, outside if a server does not answer or the
 *   signal ended it
 */
export async function importRuns(store: Store, request: RunImportRequest, place: ImportPlace): Promise<RunImport> {
  let tracker: ForeignTracker | undefined;
  try {
    const format = request.format ?? (await formatOf(request.source));
    tracker = await OPEN[format](request.source, place);
    return await copyAll(store, { tracker, format, request }, place);
  } catch (error) {
    throw place.signal?.aborted === true ? endedFailure() : error;
  } finally {
    tracker?.close();
  }
}

function endedFailure(): Failure {
  return new Failure("outside", "the import ended because the server stops", { hint: "import again to continue" });
}

async function copyAll(
  store: Store,
  { tracker, format, request }: { tracker: ForeignTracker; format: ImportFormat; request: RunImportRequest },
  place: ImportPlace,
): Promise<RunImport> {
  const { skipped } = tracker;
  const { skipArtifacts } = request;
  const files = new ImportFiles(store, { skipped, signal: place.signal });
  const places = new PlacesHere(store, files);
  const experiments = new Map<string, number>();
  const experimentOf = async (name: string): Promise<number> => {
    const id = experiments.get(name) ?? (await experimentHere(store, name, place.nowMs));
    experiments.set(name, id);
    return id;
  };
  const runs = { found: 0, imported: 0, updated: 0, unchanged: 0 };
  const counts = { points: 0, params: 0, stored: 0, missing: 0 };
  for await (const run of tracker.runs()) {
    place.signal?.throwIfAborted();
    const different = new Set<string>();
    const written = await writeRun(store, counted(run, different, place.signal), {
      format,
      experimentId: await experimentOf(run.experiment),
      nowMs: place.nowMs,
      skipArtifacts,
    });
    places.note(run.id, written.runId);
    runs.found += 1;
    counts.params += run.params.length;
    counts.points += written.points;
    const stored = await storedPoints(store, written.runId);
    counts.stored += stored;
    if (written.isOwn) skip(skipped, "run that was logged here itself");
    else await linkModels(store, written.runId, run.models ?? []);
    // a run may get files after its end, so those of an unchanged run are listed too
    const hasFiles = !skipArtifacts && !written.isOwn && (await copyFiles(files, run, { ...written, skipped }));
    if (written.isUnchanged) runs.unchanged += 1;
    else {
      runs[written.isNew ? "imported" : "updated"] += 1;
      if (stored < different.size) counts.missing += 1;
      await closeImport(store, run, { runId: written.runId, skipArtifacts: !hasFiles });
    }
    place.onRun?.(runs.found);
  }
  const found = experiments.size;
  const models = await copyModels(store, tracker, {
    skipped,
    format,
    files,
    experimentOf,
    skipArtifacts,
    signal: place.signal,
    runHere: (id) => places.run(id),
    locationHere: (location) => places.location(location),
  });
  return {
    source: request.source,
    format,
    experiments: found,
    runs,
    points: counts.points,
    stored: counts.stored,
    params: counts.params,
    ...models.counts,
    artifacts: files.sums,
    skipped: [...skipped].map(([what, count]) => ({ what, count })),
    agrees: counts.missing === 0 && models.isWhole,
  };
}

/** Copies the files of a run. @returns false if the source refuses them; the next import tries again */
async function copyFiles(
  files: ImportFiles,
  run: ForeignRun,
  { experimentId, runId, skipped }: { experimentId: number; runId: string; skipped: Map<string, number> },
): Promise<boolean> {
  try {
    await files.copy(run.artifacts, `${experimentId}/${runId}/artifacts`);
    return true;
  } catch (error) {
    if (!(error instanceof RefusedFailure)) throw error;
    skip(skipped, `run whose files the source refuses (status ${error.status})`);
    return false;
  }
}

/** Imports the models, and counts what is not imported. A source that fails there has given its runs, which stay. */
async function copyModels(
  store: Store,
  { models, countRest }: ForeignTracker,
  place: ModelsPlace,
): Promise<{ counts: ModelCounts; isWhole: boolean }> {
  const counts = noModels();
  try {
    const isWhole = models === undefined || (await importModels(store, models, { ...place, counts }));
    await countRest?.();
    return { counts, isWhole };
  } catch (error) {
    if (!(error instanceof Failure) || place.signal?.aborted === true) throw error;
    skip(place.skipped, `rest of the models, which could not be read: ${error.message}`);
    return { counts, isWhole: false };
  }
}

/** The run; its distinct points are recorded as they are read. */
function counted(run: ForeignRun, different: Set<string>, signal: AbortSignal | undefined): ForeignRun {
  return {
    ...run,
    points: async function* points() {
      for await (const point of run.points()) {
        signal?.throwIfAborted();
        different.add(`${point.key}\0${point.timestamp}\0${point.step}\0${point.value}`);
        yield point;
      }
    },
  };
}

async function storedPoints({ db }: Store, runId: string): Promise<number> {
  const { stored } = await db
    .selectFrom("points")
    .innerJoin("series", "series.series_no", "points.series_no")
    .innerJoin("runs", "runs.run_no", "series.run_no")
    .select(({ fn }) => fn.countAll<number | string>().as("stored"))
    .where("runs.run_id", "=", runId)
    .executeTakeFirstOrThrow();
  return Number(stored);
}

async function experimentHere(store: Store, name: string, nowMs: number): Promise<number> {
  const find = async (): Promise<number | undefined> =>
    (await store.db.selectFrom("experiments").select("experiment_id").where("name", "=", name).executeTakeFirst())
      ?.experiment_id;
  return (await find()) ?? (await createExperiment(store, { name, tags: [] }, nowMs));
}

/** Kind of a source, by its address, its name and its first tables. */
async function formatOf(source: string): Promise<ImportFormat> {
  if (/^https?:\/\//.test(source)) return "mlflow-server";
  const facts = await stat(source).catch(() => undefined);
  if (facts === undefined) throw new Failure("not_found", `${source} does not exist`, { hint: "check the path" });
  if (facts.isFile()) {
    if (source.endsWith(".wandb")) return "wandb";
    return (await isWandbExport(source)) ? "wandb-export" : sqliteFormat(source);
  }
  const names = await readdir(source);
  const isWandb = names.some((name) => name === "wandb" || /^run-.*\.wandb$|^(?:offline-)?run-\d{8}_\d{6}-/.test(name));
  if (isWandb) return "wandb";
  const table = names.find((name) => /\.(?:csv|jsonl?|parquet)$/i.test(name));
  return table !== undefined && (await isWandbExport(join(source, table))) ? "wandb-export" : "mlflow-folder";
}

async function sqliteFormat(source: string): Promise<ImportFormat> {
  const database = await openForeignSqlite(source, source);
  try {
    return database.has("configs") ? "trackio" : "mlflow-sqlite";
  } finally {
    database.close();
  }
}

/** Opener of each kind of source. */
const OPEN: Readonly<Record<ImportFormat, (source: string, access: ServerAccess) => Promise<ForeignTracker>>> = {
  "mlflow-server": openMlflowServer,
  "mlflow-folder": (source) => openMlruns(source, source),
  "mlflow-sqlite": (source) => openMlflowSqlite(source, source),
  wandb: (source) => openWandb(source, source),
  "wandb-export": (source) => openWandbExport(source, source),
  trackio: (source) => openTrackio(source, source),
};

/**
 * Time limit of one request, read from `MLFLOW_HTTP_REQUEST_TIMEOUT` in seconds like MLflow's own client.
 *
 * @returns ms; undefined if the variable is not set
 * @throws Failure bad_input if it is not a number above 0
 */
export function requestTimeoutMs(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const said = env["MLFLOW_HTTP_REQUEST_TIMEOUT"];
  if (said === undefined || said === "") return undefined;
  const seconds = Number(said);
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000;
  throw new Failure("bad_input", `MLFLOW_HTTP_REQUEST_TIMEOUT is not a number of seconds: ${said}`, {
    hint: "set it to seconds above 0, as in 60",
  });
}

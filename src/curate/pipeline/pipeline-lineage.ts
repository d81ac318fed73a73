import { Failure } from "../../base/failure.ts";
import type { DataLineage, LineageField, LineageStage } from "../../domain/data-lineage.ts";
import type { Manifest } from "./artefact.ts";
import { openArtefact } from "./artefact-store.ts";
import { artefactsFolder, type PipelineState, readPipelineState } from "./pipeline-state.ts";
import { rowFields } from "./row-fields.ts";
import type { StageFolder } from "./row-lineage.ts";
import { placeIn } from "./storage.ts";

/** What a pipeline left in a programme folder. */
export type PipelineLineage = Pick<DataLineage, "stages" | "fields" | "out"> & {
  sources: PipelineState["sources"];
  folders: StageFolder[];
};

/**
 * Reads what the last run of a pipeline left: its sources, each stage with what it is made of, the file of rows.
 *
 * @throws Failure not_found where there was no run; outside where an artefact is torn
 */
export async function pipelineLineage(dir: string): Promise<PipelineLineage> {
  const state = await readPipelineState(dir);
  if (state === undefined || state.stages.length === 0) {
    throw new Failure("not_found", `${dir} has no run of a pipeline`, { hint: "run it first: tunewright data run" });
  }
  const folders = state.stages.map(({ stage, artefact }) => ({
    stage,
    artefact,
    folder: placeIn(state.store ?? artefactsFolder(dir), artefact),
  }));
  const manifests = await Promise.all(folders.map(manifestOf));
  const stages = await Promise.all(folders.map((each, index) => stageOf(each, manifests[index]!)));
  const last = manifests.at(-1)!;
  const { out } = state;
  const isCurrent = out !== null && out.digest === last.digest;
  return {
    sources: state.sources,
    stages,
    folders,
    fields: await fieldsOf(folders.at(-1)!.folder, last),
    out: isCurrent ? { path: out.path, sha256: out.sha256, bytes: out.bytes, rows: last.totals.rowsKept } : null,
  };
}

async function manifestOf({ folder }: StageFolder): Promise<Manifest> {
  const manifest = await openArtefact(folder).manifest();
  if (manifest !== undefined) return manifest;
  throw new Failure("outside", `${folder} is gone or torn`, { hint: "make it anew: tunewright data run" });
}

async function stageOf({ stage, artefact, folder }: StageFolder, manifest: Manifest): Promise<LineageStage> {
  const { spec, totals, shards, digest } = manifest;
  const times = (await openArtefact(folder).list()).map(({ modifiedMs }) => modifiedMs);
  return {
    stage,
    version: spec.version,
    options: spec.options as Record<string, unknown>,
    files: { ...spec.files },
    artefact,
    input: spec.input,
    sha256: digest,
    rowsIn: totals.rowsIn,
    rowsKept: totals.rowsKept,
    bytesKept: shards.reduce((sum, { files }) => sum + (files.kept?.bytes ?? 0), 0),
    dropped: totals.dropped.map(({ reason, rows }) => ({ reason, rows })),
    startedAt: new Date(Math.min(...times)).toISOString(),
    endedAt: new Date(Math.max(...times)).toISOString(),
  };
}

/** Fields of the rows of the first shard that has any, in the order in which they come. */
async function fieldsOf(folder: string, { shards }: Manifest): Promise<LineageField[]> {
  const record = shards.find(({ files }) => files.kept !== undefined);
  return record === undefined ? [] : rowFields(await openArtefact(folder).keptRows(record));
}

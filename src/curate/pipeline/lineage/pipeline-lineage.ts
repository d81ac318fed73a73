import { commandLine } from "../../../base/command-line.ts";
import { Failure } from "../../../base/failure.ts";
import type { DataLineage, LineageStage } from "../../../domain/data-lineage.ts";
import { openArtefact } from "../storing/artefact-store.ts";
import {
  artefactsFolder,
  isForeignState,
  outsOf,
  type PipelineState,
  readPipelineState,
} from "../storing/pipeline-state.ts";
import { fieldsOf, readRemoved, type RemovedRows, spanOf } from "./removed-rows.ts";
import type { StageFolder } from "./row-lineage.ts";
import { placeIn } from "../../../remote/storage.ts";

/** Results of a pipeline in a programme folder. */
export type PipelineLineage = Pick<DataLineage, "stages" | "fields" | "out" | "parts"> & {
  sources: PipelineState["sources"];
  folders: StageFolder[];
};

/**
 * Reads the results of a pipeline's last run: its sources, each stage with its inputs, the file of rows.
 *
 * @throws Failure not_found if there was no run; outside if an artefact is damaged
 */
export async function pipelineLineage(dir: string): Promise<PipelineLineage> {
  const state = await readPipelineState(dir);
  const run = commandLine(["data", "run", dir]);
  if (await isForeignState(dir)) {
    throw new Failure("not_found", `${dir}: the record of the last run is corrupt, or another user sealed it`, {
      hint: `records that came with a folder are not trusted; create them again: ${run}`,
    });
  }
  if (state === undefined || state.stages.length === 0) {
    throw new Failure("not_found", `${dir} has no data run`, {
      hint: `describe data.pipeline in programme.yaml if it has none, then: ${run}`,
    });
  }
  const folders = state.stages.map(({ stage, artefact }) => ({
    stage,
    artefact,
    folder: placeIn(state.store ?? artefactsFolder(dir), artefact),
  }));
  const found = await Promise.all(folders.map(artefactFacts));
  const last = found.at(-1)!;
  const files = outsOf(state)
    .filter(({ digest, split = null }) => {
      const isOfSplit = split === null || state.stages.some(({ artefact }) => artefact === split);
      return digest === last.manifest.digest && isOfSplit;
    })
    .map(({ path, sha256, bytes, part = null, rows = last.manifest.totals.rowsKept }) => {
      return { path, sha256, bytes, rows, part };
    });
  return {
    sources: state.sources,
    stages: folders.map((folder, index) => stageOf(folder, found[index]!)),
    folders,
    fields: last.fields ?? (await fieldsOf(folders.at(-1)!.folder, last.manifest)),
    out: files[0] ?? null,
    parts: files.slice(1),
  };
}

/** Lineage of an artefact; fields only if its rows were removed. */
type ArtefactFacts = Omit<RemovedRows, "fields"> & Partial<Pick<RemovedRows, "fields">>;

async function artefactFacts({ folder }: StageFolder): Promise<ArtefactFacts> {
  const artefact = openArtefact(folder);
  const manifest = await artefact.manifest();
  if (manifest !== undefined) return { manifest, ...spanOf(await artefact.list()) };
  const removed = await readRemoved(folder);
  if (removed !== undefined) return removed;
  throw new Failure("outside", `${folder} is missing or corrupt`, { hint: "create it again: tunewright data run DIR" });
}

function stageOf({ stage, artefact }: StageFolder, { manifest, startedAt, endedAt }: ArtefactFacts): LineageStage {
  const { spec, totals, shards, digest } = manifest;
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
    startedAt,
    endedAt,
  };
}

import type { PipelineStage } from "../../domain/data-pipeline.ts";
import type { CuratedRow } from "../stage.ts";
import { openArtefact } from "./storing/artefact-store.ts";
import type { ArtefactResult, StageToRun } from "./executing/run-artefact.ts";
import { hashedFiles } from "./executing/stage-files.ts";

/** The input rows of a stage, and the files that its options name. */
export type CollectFrom = Pick<StageToRun, "files"> & {
  rows: () => AsyncIterable<readonly CuratedRow[]>;
  /** Hash of those rows. */
  digest: string;
};

/**
 * Collects the external input of a stage before it runs, in files with the names by which the stage knows them: stages
 * are pure, and workers have no other input. The content of these files enters the key of the stage's artefact.
 */
export type Collect = (item: PipelineStage, from: CollectFrom) => Promise<ReadonlyMap<string, string>>;

/** The input files of a stage: those that its options name, and those collected for it. */
export async function withCollected(
  item: PipelineStage,
  files: StageToRun["files"],
  { input, collect }: { input: ArtefactResult; collect: Collect | undefined },
): Promise<StageToRun["files"]> {
  if (collect === undefined) return files;
  const collected = await collect(item, { files, rows: () => rowsOfArtefact(input), digest: input.manifest.digest });
  return new Map([...files, ...(await hashedFiles(collected))]);
}

/** The kept rows of an artefact, one shard at a time. */
async function* rowsOfArtefact({ folder, manifest }: ArtefactResult): AsyncGenerator<CuratedRow[]> {
  const artefact = openArtefact(folder);
  for (const record of manifest.shards) yield await artefact.keptRows(record);
}

import type { PipelineStage } from "../../domain/data-pipeline.ts";
import type { CuratedRow } from "../stage.ts";
import { openArtefact } from "./storing/artefact-store.ts";
import type { ArtefactResult, StageToRun } from "./executing/run-artefact.ts";
import { hashedFiles } from "./executing/stage-files.ts";

/** The rows that come into a stage, and the files that its options name. */
export type CollectFrom = Pick<StageToRun, "files"> & {
  rows: () => AsyncIterable<readonly CuratedRow[]>;
  /** Hash of those rows. */
  digest: string;
};

/**
 * Gathers what a stage is told from outside before it runs, in files by the names that the stage knows them by: stages
 * are pure, and no worker asks anybody. What the files hold is part of what the stage's artefact is made of.
 */
export type Collect = (item: PipelineStage, from: CollectFrom) => Promise<ReadonlyMap<string, string>>;

/** The files that a stage is made of: those that its options name, and what is gathered for it. */
export async function withCollected(
  item: PipelineStage,
  files: StageToRun["files"],
  { input, collect }: { input: ArtefactResult; collect: Collect | undefined },
): Promise<StageToRun["files"]> {
  if (collect === undefined) return files;
  const collected = await collect(item, { files, rows: () => rowsOfArtefact(input), digest: input.manifest.digest });
  return new Map([...files, ...(await hashedFiles(collected))]);
}

/** The rows of an artefact that go on, a shard at a time. */
async function* rowsOfArtefact({ folder, manifest }: ArtefactResult): AsyncGenerator<CuratedRow[]> {
  const artefact = openArtefact(folder);
  for (const record of manifest.shards) yield await artefact.keptRows(record);
}

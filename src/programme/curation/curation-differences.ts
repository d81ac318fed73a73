import { hashFile } from "../../base/hash-file.ts";
import { canonicalJson } from "../../base/hash.ts";
import type { PipelineLineage } from "../../curate/pipeline/lineage/pipeline-lineage.ts";
import type { LineageStage } from "../../domain/data-lineage.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import type { ScannedDatasets } from "../training-plan/training-volume.ts";

/** Roles of the files that a pipeline reads. */
const READ_ROLES: ReadonlySet<string> = new Set(["train", "preference", "corpus"]);

/**
 * Differences between a run and the current programme: its files, its stages and their options, the files that these
 * name, and whether it was completed. Empty if there are none.
 */
export async function differencesOfRun(
  loaded: LoadedProgramme,
  datasets: ScannedDatasets,
  run: PipelineLineage,
): Promise<string[]> {
  return [
    ...sourceDifferences(loaded, datasets, run),
    ...stageDifferences(loaded, run.stages),
    ...(await fileDifferences(loaded, run.stages)),
    ...(run.out === null ? ["it was not completed"] : []),
  ];
}

function sourceDifferences(
  { programme }: LoadedProgramme,
  datasets: ScannedDatasets,
  { sources }: PipelineLineage,
): string[] {
  const hashes = new Map(datasets.map(({ path, sha256 }) => [path, sha256]));
  const listed = programme.data.files.filter(({ role }) => READ_ROLES.has(role)).map(({ path }) => path);
  const read = new Map(sources.map(({ source, sha256 }) => [source, sha256]));
  return [
    ...listed.filter((path) => !read.has(path)).map((path) => `it did not read ${path}`),
    ...[...read.keys()]
      .filter((path) => !listed.includes(path))
      .map((path) => `it read ${path}, which is no longer a training file`),
    ...listed
      .filter((path) => read.has(path) && hashes.get(path) !== read.get(path))
      .map((path) => `${path} has changed since`),
  ];
}

function stageDifferences({ programme }: LoadedProgramme, stages: readonly LineageStage[]): string[] {
  const now = programme.data.pipeline;
  const then = stages.filter(({ stage }) => stage !== "read");
  const names = (list: readonly { stage: string }[]): string => list.map(({ stage }) => stage).join(", ");
  if (names(now) !== names(then)) {
    return [`its stages were ${names(then) || "none"}; those of programme.yaml are ${names(now) || "none"}`];
  }
  return now.flatMap(({ stage, ...options }, index) =>
    canonicalJson(options) === canonicalJson(then[index]!.options)
      ? []
      : [`the options of the stage ${stage} have changed since`],
  );
}

async function fileDifferences(loaded: LoadedProgramme, stages: readonly LineageStage[]): Promise<string[]> {
  const files = new Map(stages.filter(({ stage }) => stage !== "read").flatMap(({ files }) => Object.entries(files)));
  const changed: string[] = [];
  for (const [name, sha256] of files) {
    const path = await loaded.resolve(name).catch(() => undefined);
    if (path === undefined) changed.push(`${name} is missing`);
    else if ((await hashFile(path)) !== sha256) changed.push(`${name} has changed since`);
  }
  return changed;
}

import { canonicalJson } from "../../../base/hash.ts";
import { hashFile } from "../../../base/hash-file.ts";
import type { PipelineStage } from "../../../domain/data-pipeline.ts";
import { type ArtefactSpec, artefactName, type Manifest } from "../storing/artefact.ts";
import { openArtefact } from "../storing/artefact-store.ts";
import { readSpec } from "../executing/read-artefact.ts";
import type { SourceFile } from "../reading/read-shards.ts";
import { readRemoved } from "../lineage/removed-rows.ts";
import { stageSpec, type StageToRun } from "../executing/run-artefact.ts";
import { placeIn } from "../../../remote/storage.ts";

/** A pipeline as it would now run. */
export type CurrentPipeline = {
  sources: readonly SourceFile[];
  stages: readonly { item: PipelineStage; files: StageToRun["files"] }[];
};

/**
 * Names of the artefacts that a run of a pipeline would now find or make, as far as they can be determined: an
 * incomplete artefact is included, but later ones are unknown. Any shard size counts.
 *
 * @param names artefacts in the store
 */
export async function currentArtefacts(
  { sources, stages }: CurrentPipeline,
  { store, names }: { store: string; names: readonly string[] },
): Promise<Set<string>> {
  const manifestOf = async (name: string): Promise<Manifest | undefined> => {
    const place = placeIn(store, name);
    return (await openArtefact(place).manifest()) ?? (await readRemoved(place))?.manifest;
  };
  const sha256s = new Map<string, string>();
  for (const { path } of sources) sha256s.set(path, await hashFile(path));
  const reading = readSpec(sources, sha256s);
  const current = new Set([artefactName(reading)]);
  for (const name of names.filter((name) => name.startsWith("read-"))) {
    const spec = (await manifestOf(name))?.spec;
    if (spec !== undefined && withoutSize(spec) === withoutSize(reading)) current.add(name);
  }
  let level = [...current];
  for (const stage of stages) {
    const digests = new Set<string>();
    for (const name of level) {
      const digest = (await manifestOf(name))?.digest;
      if (digest !== undefined) digests.add(digest);
    }
    level = await Promise.all([...digests].map(async (digest) => artefactName(await stageSpec(stage, digest))));
    for (const name of level) current.add(name);
  }
  return current;
}

function withoutSize({ options, ...spec }: ArtefactSpec): string {
  return canonicalJson({ ...spec, options: { ...(options as object), size: null } });
}

import { counted } from "../../base/words.ts";
import type { ForeignRegisteredModel, ForeignVersion } from "./foreign-models.ts";
import { contentDigest, ownTags, sortedPairs, type Step } from "./import-state.ts";

/** Versions of the source by what was done with them. */
export type VersionCounts = { imported: number; updated: number; unchanged: number };

/** Digest of what makes two models equal; locations of files and numbers of deleted versions do not count. */
export function registeredDigest(model: ForeignRegisteredModel): string {
  return contentDigest([
    [model.name, model.description, model.createdMs, model.updatedMs],
    ownTags(model.tags),
    model.aliases.map(({ alias, version }) => [alias, version]).toSorted((a, b) => (a[0]! < b[0]! ? -1 : 1)),
    model.versions.toSorted((a, b) => a.version - b.version).map(contentOfVersion),
  ]);
}

function contentOfVersion(one: ForeignVersion): unknown[] {
  return [
    [one.version, one.createdMs, one.updatedMs, one.stage, one.status, one.statusMessage, one.description],
    [one.userId, one.source, one.runId, one.runLink, one.modelId],
    sortedPairs(one.tags),
  ];
}

/** Says in what the model here differs from that of the source. */
export function differenceOf(here: ForeignRegisteredModel, source: ForeignRegisteredModel): string {
  if (here.createdMs !== source.createdMs) return "the one of the source was created at another time";
  for (const version of source.versions) {
    const own = here.versions.find((other) => other.version === version.version);
    if (own !== undefined && JSON.stringify(contentOfVersion(own)) !== JSON.stringify(contentOfVersion(version))) {
      return `both were changed, and version ${version.version} differs`;
    }
  }
  const [mine, theirs] = [here, source].map(({ versions }) => versions.length);
  if (mine !== theirs) return `both were changed: ${counted(mine!, "version")} here, ${theirs} at the source`;
  return "both were changed: description, tags or aliases differ";
}

/** Counts the versions of a model that was written. */
export function versionCounts(
  here: ForeignRegisteredModel | undefined,
  { versions }: ForeignRegisteredModel,
  step: Step,
): VersionCounts {
  if (step === "keep") return { imported: 0, updated: 0, unchanged: versions.length };
  const known = new Map((here?.versions ?? []).map((one) => [one.version, JSON.stringify(contentOfVersion(one))]));
  const imported = versions.filter(({ version }) => !known.has(version)).length;
  const unchanged = versions.filter((one) => known.get(one.version) === JSON.stringify(contentOfVersion(one))).length;
  return { imported, updated: versions.length - imported - unchanged, unchanged };
}

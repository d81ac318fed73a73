import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

import { MANIFEST, readManifest } from "../../curate/freeze/frozen-folder.ts";
import type { FrozenInput, RunOrigin } from "../../domain/run-origin.ts";
import type { TrackedRun } from "../../domain/tracked-run.ts";

/** Maximum number of folders below a programme that are searched for frozen versions. */
const MOST_FOLDERS = 2_000;
const MOST_DEPTH = 4;

/** Shortest prefix of a digest that identifies a version; MLflow's clients truncate digests to at least this length. */
const LEAST_DIGITS = 8;

/**
 * Frozen versions in the programme folders that a run read: those whose digest, in full or by its first digits, is
 * named by its datasets or by the tag of a launched run.
 */
export async function runOrigin(run: TrackedRun, programmeDirs: readonly string[]): Promise<RunOrigin> {
  const digests = [
    ...run.datasets.map(({ digest }) => digest),
    ...run.tags.filter(({ key }) => key === "tunewright.dataset_digest").map(({ value }) => value),
  ].filter((digest) => /^[\da-f]+$/.test(digest) && digest.length >= LEAST_DIGITS);
  if (digests.length === 0) return { frozen: [] };
  const found = await Promise.all(programmeDirs.map(frozenVersions));
  return { frozen: found.flat().filter(({ digest }) => digests.some((start) => digest.startsWith(start))) };
}

/** All frozen versions below a programme folder, by path. */
async function frozenVersions(programmeDir: string): Promise<FrozenInput[]> {
  const versions: FrozenInput[] = [];
  const queue = [{ dir: programmeDir, depth: 0 }];
  for (let seen = 0; queue.length > 0 && seen < MOST_FOLDERS; seen++) {
    const { dir, depth } = queue.shift()!;
    const manifest = existsSync(join(dir, MANIFEST)) ? await readManifest(dir) : undefined;
    if (manifest !== undefined) {
      const { digest, rows, createdAt, by, reason, after, files } = manifest;
      versions.push({
        digest,
        version: relative(programmeDir, dir),
        rows,
        createdAt,
        by,
        reason,
        after: after?.version ?? null,
        files: files.map(({ file, rows: own, sha256, source, sourceSha256 }) => ({
          file,
          rows: own,
          sha256,
          source,
          sourceSha256,
        })),
      });
      continue;
    }
    if (depth === MOST_DEPTH) continue;
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const isSkipped = entry.name.startsWith(".") || entry.name === "node_modules";
      if (entry.isDirectory() && !isSkipped) queue.push({ dir: join(dir, entry.name), depth: depth + 1 });
    }
  }
  return versions.toSorted((a, b) => (a.version < b.version ? -1 : 1));
}

import { hashFile } from "../../../base/hash-file.ts";
import { READ_LIMITS } from "../../../tables/limits.ts";
import { fileSize } from "../../../tables/read-bytes.ts";
import { type ArtefactSpec, artefactKey, artefactName, type ShardRecord } from "../storing/artefact.ts";
import { openArtefact } from "../storing/artefact-store.ts";
import { addCounts, countRead, NO_ROWS } from "../storing/funnel.ts";
import { readLineShards } from "../reading/read-line-shards.ts";
import { readPool } from "../reading/read-pool.ts";
import type { SourceFile } from "../reading/read-shards.ts";
import type { ArtefactResult } from "./run-artefact.ts";
import { SHARD_SIZE, type ShardSize } from "../reading/stage-shards.ts";
import { placeIn } from "../../../remote/storage.ts";

/** Incremented when rows or ids change. */
const VERSION = 3;

/** Minimum size of all files for which threads are used; they take about 50 ms to start. */
const LEAST_BYTES = 4 * 2 ** 20;

/** Settings for reading dataset files into shards. */
export type ReadArtefactOptions = {
  /** Folder of all artefacts, or their address in a bucket. */
  store: string;
  size?: ShardSize | undefined;
  /** Number of additional threads for reading; default: none. */
  threads?: number | undefined;
  /** Called with the share that has been read. */
  onProgress: (fraction: number) => void;
};

/**
 * Reads dataset files into an artefact named by their hashes: the shards that all stages process. If shards are damaged
 * or missing, the files are read again and only those shards are written.
 *
 * @throws Failure if a file cannot be read, contains no valid row, or changes meanwhile
 */
export async function readArtefact(
  files: readonly SourceFile[],
  { store, size = SHARD_SIZE, threads = 0, onProgress }: ReadArtefactOptions,
): Promise<ArtefactResult> {
  const sha256s = new Map<string, string>();
  for (const { path } of files) sha256s.set(path, await hashFile(path));
  const spec = readSpec(files, sha256s, size);
  const name = artefactName(spec);
  const artefact = openArtefact(placeIn(store, name));
  const before = await artefact.manifest();
  const shards: ShardRecord[] = [];
  if (before !== undefined) {
    for (const { shard } of before.shards) {
      const done = await artefact.doneShard(shard);
      if (done !== undefined) shards.push(done);
    }
    if (shards.length === before.shards.length) {
      await artefact.clean(before);
      return { name, folder: artefact.folder, manifest: before, shardsRun: 0 };
    }
  }
  const pool = readPool(await usefulThreads(files, threads));
  let shardsRun = 0;
  shards.length = 0;
  try {
    for await (const { lines, rows, characters, dropped } of readLineShards(files, {
      size,
      pool,
      sha256s,
      onProgress,
    })) {
      const shard = shards.length;
      const done = await artefact.doneShard(shard);
      if (done === undefined) shardsRun += 1;
      const read = { ...NO_ROWS, rowsIn: rows, rowsKept: rows, charactersIn: characters, charactersKept: characters };
      const counts = addCounts(read, countRead({ rows: [], dropped }));
      shards.push(
        done ?? (await artefact.writeShard(shard, { kept: [], keptLines: lines, dropped, notes: [], counts })),
      );
    }
  } finally {
    await pool.close();
  }
  const manifest = await artefact.complete({ spec, key: artefactKey(spec) }, shards);
  return { name, folder: artefact.folder, manifest, shardsRun };
}

/** Number of useful threads: none for files that are read quickly. */
async function usefulThreads(files: readonly SourceFile[], threads: number): Promise<number> {
  const sizes = await Promise.all(files.map(({ path }) => fileSize(path)));
  return sizes.reduce((sum, bytes) => sum + bytes, 0) < LEAST_BYTES ? 0 : threads;
}

/** Spec of the artefact of some files. */
export function readSpec(
  files: readonly SourceFile[],
  sha256s: ReadonlyMap<string, string>,
  size: ShardSize = SHARD_SIZE,
): ArtefactSpec {
  return {
    stage: "read",
    version: VERSION,
    options: { size, limits: READ_LIMITS, sources: files.map(({ source, delimiter }) => ({ source, delimiter })) },
    files: Object.fromEntries(files.map(({ path, source }) => [source, sha256s.get(path)!])),
    input: null,
  };
}

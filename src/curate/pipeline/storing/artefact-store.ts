import { sha256 } from "../../../base/hash.ts";
import { temporaryFor } from "../../../base/temporary-file.ts";
import { type Manifest, rowsDigest, shardFile, type ShardFiles, type ShardRecord } from "./artefact.ts";
import { addCounts, NO_ROWS } from "./funnel.ts";
import { isArtefactFile } from "./own-files.ts";
import { recordName, type ShardStore, shardStore } from "./shard-store.ts";
import { sealOf } from "./seal-key.ts";
import { openStorage } from "../../../remote/storage.ts";
import type { Storage } from "../../../remote/storage-file.ts";
import { type SummaryStore, summaryStore } from "./summary-store.ts";

/** File that marks an artefact as complete; written last. */
const MANIFEST = "manifest.json";

/** File with the decision of a dataset stage over all rows. */
const DECISION = "decision";

/**
 * A folder, or a prefix in a bucket, with the output of one stage. Every file is written atomically and verified by its
 * hash when it is read; a shard is complete when its record exists, which is written after its files; the manifest
 * comes last.
 */
export type Artefact = ShardStore &
  SummaryStore & {
    folder: string;
    /** The manifest, if it exists and is unchanged. */
    manifest: () => Promise<Manifest | undefined>;
    /** All existing files. */
    list: Storage["list"];
    /** Removes the remains of an interrupted write. */
    removeTorn: () => Promise<void>;
    decision: () => Promise<Uint8Array | undefined>;
    writeDecision: (decision: Uint8Array) => Promise<void>;
    /** Removes files that the manifest does not name: summaries, and the remains of an interrupted write. */
    clean: (manifest: Manifest) => Promise<void>;
    /** Writes the manifest from the records of all shards, after a clean. */
    complete: (spec: Pick<Manifest, "spec" | "key">, shards: readonly ShardRecord[]) => Promise<Manifest>;
  };

/**
 * An artefact in a folder, which need not exist yet.
 *
 * @param key  its key if another process supplied it; default: the user's
 */
export function openArtefact(folder: string, key?: string): Artefact {
  const storage = openStorage(folder);
  const seal = sealOf(folder, key);
  const { read, write } = storage;
  const clean = (manifest: Manifest): Promise<void> => removeUnnamed(storage, manifest);
  return {
    folder,
    ...shardStore(folder, storage, seal),
    ...summaryStore(storage, seal),
    list: storage.list,
    removeTorn: () => removeTorn(storage),
    clean,
    manifest: async () => seal.unsealed(String((await read(MANIFEST)) ?? "")) as Manifest | undefined,
    decision: async () => seal.unsealedBytes(await read(DECISION)),
    writeDecision: (decision) => write(DECISION, seal.sealedBytes(decision)),
    complete: async ({ spec, key }, shards) => {
      const decision = await read(DECISION);
      const manifest: Manifest = {
        format: 1,
        spec,
        key,
        shards,
        decision: decision === undefined ? null : { sha256: sha256(decision), bytes: decision.length },
        totals: shards.reduce((sum, { counts }) => addCounts(sum, counts), NO_ROWS),
        digest: rowsDigest(shards),
      };
      await clean(manifest);
      await write(MANIFEST, seal.sealed(manifest));
      return manifest;
    },
  };
}

async function removeUnnamed(storage: Storage, { shards, decision }: Manifest): Promise<void> {
  const named = new Set([MANIFEST, ...(decision === null ? [] : [DECISION])]);
  for (const { shard, files } of shards) {
    named.add(recordName(shard));
    for (const what of Object.keys(files)) named.add(shardFile(shard, what as keyof ShardFiles));
  }
  for (const { name } of await storage.list()) if (!named.has(name) && isArtefactFile(name)) await storage.remove(name);
}

async function removeTorn(storage: Storage): Promise<void> {
  for (const { name } of await storage.list()) {
    if (temporaryFor(name) !== undefined && isArtefactFile(name)) await storage.remove(name);
  }
}

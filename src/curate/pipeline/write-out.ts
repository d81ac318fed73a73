import { createHash } from "node:crypto";

import { atomicFile } from "../../base/atomic-file.ts";
import type { FileRef } from "./artefact.ts";
import { openArtefact } from "./artefact-store.ts";
import type { ArtefactResult } from "./run-artefact.ts";

/**
 * Writes the fields of all rows that an artefact let through as one JSONL file, whole or not at all.
 *
 * @param onReady  called when all is written and not yet in its place: what is kept then is true after a crash as well
 * @throws Failure outside where the disk is full, or a shard is not what was written
 */
export async function writeOut(
  { folder, manifest }: ArtefactResult,
  path: string,
  onReady: (ref: FileRef) => Promise<void>,
): Promise<FileRef> {
  const artefact = openArtefact(folder);
  const file = await atomicFile(path);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for (const record of manifest.shards) {
      const rows = await artefact.keptRows(record);
      const lines = Buffer.from(rows.map(({ fields }) => `${JSON.stringify(fields)}\n`).join(""));
      hash.update(lines);
      bytes += lines.length;
      await file.write(lines);
    }
    const ref = { sha256: hash.digest("hex"), bytes };
    await onReady(ref);
    await file.commit();
    return ref;
  } finally {
    await file.abort();
  }
}

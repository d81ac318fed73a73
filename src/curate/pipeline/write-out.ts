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
      const lines = fieldsOf(await artefact.keptBytes(record));
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

/** Before the fields of a row, which come last in its line: no text can hold it, since quotes are escaped there. */
const BEFORE_FIELDS = Buffer.from(',"fields":');

/** The fields of rows, a line each, cut out of the lines of an artefact. */
function fieldsOf(lines: Buffer): Buffer {
  const fields = Buffer.allocUnsafe(lines.length);
  let length = 0;
  for (let start = 0; start < lines.length;) {
    const end = lines.indexOf(10, start);
    const from = lines.indexOf(BEFORE_FIELDS, start) + BEFORE_FIELDS.length;
    length += lines.copy(fields, length, from, end - 1);
    fields[length++] = 10;
    start = end + 1;
  }
  return fields.subarray(0, length);
}

import { createHash, type Hash } from "node:crypto";

import { atomicFile, type AtomicFile } from "../../../base/atomic-file.ts";
import type { FileRef } from "../storing/artefact.ts";
import { openArtefact } from "../storing/artefact-store.ts";
import type { OutFile } from "../storing/out-files.ts";
import type { ArtefactResult } from "./run-artefact.ts";

/** A written file. */
export type WrittenFile = OutFile & FileRef & { rows: number };

/** Rows to write, and their destination. */
export type WriteOut = {
  files: readonly OutFile[];
  /** Artefact of the split, whose notes give the part of each row; undefined if all rows go to one file. */
  split: ArtefactResult | undefined;
  /** Called when everything is written but not yet renamed: data stored then remain valid after a crash. */
  onReady: (written: readonly WrittenFile[]) => Promise<void>;
};

type Open = { of: OutFile; file: AtomicFile; hash: Hash; bytes: number; rows: number };

/**
 * Writes the fields of all kept rows of an artefact as JSONL, into one file or one per part, each
 * atomically.
 *
 * @throws Failure outside if the disk is full, or a shard was changed after it was written
 */
export async function writeOut(
  { folder, manifest }: ArtefactResult,
  { files, split, onReady }: WriteOut,
): Promise<WrittenFile[]> {
  const artefact = openArtefact(folder);
  const opened: Open[] = [];
  try {
    for (const outFile of files) {
      opened.push({ of: outFile, file: await atomicFile(outFile.path), hash: createHash("sha256"), bytes: 0, rows: 0 });
    }
    for (const record of manifest.shards) {
      const partOf = split === undefined ? undefined : await partsOf(split, record.shard);
      const lines = await artefact.keptBytes(record);
      for (const open of opened) {
        const { fields, rows } = fieldsOf(lines, (id) => partOf === undefined || partOf.get(id) === open.of.part);
        open.hash.update(fields);
        open.bytes += fields.length;
        open.rows += rows;
        await open.file.write(fields);
      }
    }
    const written = opened.map(({ of: outFile, hash, bytes, rows }) => ({
      ...outFile,
      sha256: hash.digest("hex"),
      bytes,
      rows,
    }));
    await onReady(written);
    for (const { file } of opened) await file.commit();
    return written;
  } finally {
    for (const { file } of opened) await file.abort();
  }
}

/** The parts of the rows of a shard by their ids: stages after the split keep ids and shards. */
async function partsOf({ folder, manifest }: ArtefactResult, shard: number): Promise<Map<string, unknown>> {
  const record = manifest.shards.find((shardRecord) => shardRecord.shard === shard)!;
  const notes = await openArtefact(folder).notes(record);
  return new Map(notes.map(({ id, note }) => [id, note["part"]]));
}

/** Start of a row's line, up to its id. */
const BEFORE_ID = Buffer.from('{"id":"');

/** Text before the fields of a row, which are last in its line. No value can contain it, because quotes are escaped. */
const BEFORE_FIELDS = Buffer.from(',"fields":');

/** The fields of the selected rows, one per line, cut from the lines of an artefact. */
function fieldsOf(lines: Buffer, isWanted: (id: string) => boolean): { fields: Buffer; rows: number } {
  const fields = Buffer.allocUnsafe(lines.length);
  let [length, rows] = [0, 0];
  for (let start = 0; start < lines.length;) {
    const end = lines.indexOf(10, start);
    const idAt = start + BEFORE_ID.length;
    if (isWanted(lines.toString("latin1", idAt, lines.indexOf('"', idAt)))) {
      const from = lines.indexOf(BEFORE_FIELDS, start) + BEFORE_FIELDS.length;
      length += lines.copy(fields, length, from, end - 1);
      fields[length++] = 10;
      rows += 1;
    }
    start = end + 1;
  }
  return { fields: fields.subarray(0, length), rows };
}

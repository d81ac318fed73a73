import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { asWriteFailure, atomicWrite, writeSynced } from "../../base/atomic-write.ts";
import { Failure, isSystemError } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import type { CuratedRow, DroppedRow, RowNote, StageResult } from "../stage.ts";
import { type FileRef, sealed, shardFile, type ShardFiles, type ShardRecord, unsealed } from "./artefact.ts";
import type { StageCounts } from "./funnel.ts";

/** The shards of an artefact's folder. */
export type ShardStore = {
  /** The record of a shard, where it and all files that it names are as they were written. */
  doneShard: (shard: number) => Promise<ShardRecord | undefined>;
  writeShard: (shard: number, made: ShardContent) => Promise<ShardRecord>;
  /** Rows that a shard let through. Throws Failure outside where the file is not what the record says, as the next two do. */
  keptRows: (record: ShardRecord) => Promise<CuratedRow[]>;
  droppedRows: (record: ShardRecord) => Promise<DroppedRow[]>;
  notes: (record: ShardRecord) => Promise<RowNote[]>;
};

/** What a shard's rows became, and where they came from. */
export type ShardContent = StageResult & {
  counts: StageCounts;
  /** The file that the rows were read from: where the kept ones are the same bytes, it is linked and not written again. */
  input?: { path: string; sha256: string } | undefined;
};

/** The shards in a folder, which need not be there yet. */
export function shardStore(folder: string): ShardStore {
  const linesOf = async ({ shard, files }: ShardRecord, what: keyof ShardFiles): Promise<unknown[]> => {
    const ref = files[what];
    if (ref === undefined) return [];
    const name = join(folder, shardFile(shard, what));
    const bytes = (await bytesOf(name)) ?? Buffer.alloc(0);
    if (sha256(bytes) !== ref.sha256) throw changed(name);
    return parseLines(bytes);
  };
  return {
    doneShard: async (shard) => {
      const text = String((await bytesOf(join(folder, recordName(shard)))) ?? "");
      const record = unsealed(text) as ShardRecord | undefined;
      if (record?.shard !== shard) return undefined;
      for (const [what, ref] of Object.entries(record.files)) {
        const bytes = await bytesOf(join(folder, shardFile(shard, what as keyof ShardFiles)));
        if (bytes === undefined || sha256(bytes) !== ref.sha256) return undefined;
      }
      return record;
    },
    writeShard: (shard, made) => writeShard(folder, shard, made),
    keptRows: async (record) => (await linesOf(record, "kept")) as CuratedRow[],
    droppedRows: async (record) =>
      ((await linesOf(record, "dropped")) as (CuratedRow & Omit<DroppedRow, "row">)[]).map(
        ({ reason, detail, ...row }) => ({ row, reason, ...(detail === undefined ? {} : { detail }) }),
      ),
    notes: async (record) => (await linesOf(record, "notes")) as RowNote[],
  };
}

/** Name of the file that says a shard is done. */
export function recordName(shard: number): string {
  return `${String(shard).padStart(6, "0")}.json`;
}

async function writeShard(
  folder: string,
  shard: number,
  { kept, dropped, notes, counts, input }: ShardContent,
): Promise<ShardRecord> {
  const lines = {
    kept: jsonLines(kept),
    dropped: jsonLines(dropped.map(({ row, reason, detail }) => ({ ...row, reason, detail }))),
    notes: jsonLines(notes),
  };
  const files: Partial<Record<keyof ShardFiles, FileRef>> = {};
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw asWriteFailure(error, folder);
  });
  for (const what of ["kept", "dropped", "notes"] as const) {
    const bytes = lines[what];
    if (bytes.length === 0) continue;
    const ref = { sha256: sha256(bytes), bytes: bytes.length };
    const name = join(folder, shardFile(shard, what));
    const isInput = what === "kept" && input?.sha256 === ref.sha256;
    if (!isInput || !(await linked(input.path, name))) await replaceFile(name, bytes);
    files[what] = ref;
  }
  const record: ShardRecord = { shard, counts, files };
  await atomicWrite(join(folder, recordName(shard)), sealed(record));
  return record;
}

/** Where the kept rows of a shard lie. */
export function keptPath(folder: string, shard: number): string {
  return join(folder, shardFile(shard, "kept"));
}

/** Content of a file; undefined where it is not there. */
export async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Writes a file whole or not at all. The rename is not waited for: that of the record, which comes last in the same
 * folder, is, and a record whose files are not there counts for nothing.
 */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeSynced(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asWriteFailure(error, path);
  }
}

/** Puts the same file under another name, whole or not at all; false where the file system cannot. */
async function linked(from: string, to: string): Promise<boolean> {
  const temporary = `${to}.${randomUUID()}.tmp`;
  try {
    await link(from, temporary);
    await rename(temporary, to);
    // Two names of one file: the rename then does nothing, and both stay.
    await rm(temporary, { force: true });
    return true;
  } catch (error) {
    if (isSystemError(error, "EPERM", "EXDEV", "EMLINK", "ENOTSUP", "ENOENT")) return false;
    throw asWriteFailure(error, to);
  }
}

function jsonLines(values: readonly unknown[]): Buffer {
  return Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
}

function parseLines(bytes: Buffer): unknown[] {
  const values: unknown[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start);
    values.push(JSON.parse(bytes.toString("utf8", start, end)));
    start = end + 1;
  }
  return values;
}

function changed(path: string): Failure {
  return new Failure("outside", `${path} is not what was written`, {
    hint: "run again: what is torn or changed is made anew",
  });
}

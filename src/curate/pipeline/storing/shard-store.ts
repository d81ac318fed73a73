import { Failure } from "../../../base/failure.ts";
import { sha256 } from "../../../base/hash.ts";
import { exactNumbers } from "../../rows/exact-numbers.ts";
import { rememberText, rowTexts } from "../../rows/source-text.ts";
import type { CuratedRow, DroppedRow, RowNote, StageResult } from "../../stage.ts";
import { type FileRef, shardFile, type ShardFiles, type ShardRecord } from "./artefact.ts";
import type { StageCounts } from "./funnel.ts";
import type { Seal } from "./seal.ts";
import type { Storage } from "../../../remote/storage-file.ts";

/** The shards of an artefact's folder. */
export type ShardStore = {
  /** The record of a shard, if it and all files that it names are unchanged. */
  doneShard: (shard: number) => Promise<ShardRecord | undefined>;
  writeShard: (shard: number, made: ShardContent) => Promise<ShardRecord>;
  /** Kept rows of a shard. Throws Failure outside if the file does not match the record, like the next two. */
  keptRows: (record: ShardRecord) => Promise<CuratedRow[]>;
  /** The lines of those rows: `{id, source, line, fields}` each, in this order. */
  keptBytes: (record: ShardRecord) => Promise<Buffer>;
  droppedRows: (record: ShardRecord) => Promise<DroppedRow[]>;
  notes: (record: ShardRecord) => Promise<RowNote[]>;
};

/** Outcome of a shard's rows, and the file that they came from. */
export type ShardContent = StageResult & {
  counts: StageCounts;
  /** The rows that the stage was given: what it did not change is written as it was. Default: none. */
  rows?: readonly CuratedRow[] | undefined;
  /**
   * The file from which the rows were read: if the kept rows have identical bytes, it is linked instead of written
   * again.
   */
  input?: { folder: string; sha256: string } | undefined;
  /** The kept rows as serialised lines, if available; `kept` is then ignored. */
  keptLines?: readonly Uint8Array[] | undefined;
};

/** The shards at a location; `folder` is its name, for messages. */
export function shardStore(folder: string, storage: Storage, seal: Seal): ShardStore {
  const bytesOf = async ({ shard, files }: ShardRecord, what: keyof ShardFiles): Promise<Buffer> => {
    const ref = files[what];
    if (ref === undefined) return Buffer.alloc(0);
    const bytes = (await storage.read(shardFile(shard, what))) ?? Buffer.alloc(0);
    if (sha256(bytes) !== ref.sha256) throw changed(folder, shardFile(shard, what));
    return bytes;
  };
  return {
    doneShard: async (shard) => {
      const text = String((await storage.read(recordName(shard))) ?? "");
      const record = seal.unsealed(text) as ShardRecord | undefined;
      if (record?.shard !== shard) return undefined;
      for (const [what, ref] of Object.entries(record.files)) {
        const bytes = await storage.read(shardFile(shard, what as keyof ShardFiles));
        if (bytes === undefined || sha256(bytes) !== ref.sha256) return undefined;
      }
      return record;
    },
    writeShard: async (shard, made) => {
      const record = await writeRows(storage, shard, made);
      await storage.write(recordName(shard), seal.sealed(record));
      return record;
    },
    keptBytes: (record) => bytesOf(record, "kept"),
    keptRows: async (record) => rowsIn(await bytesOf(record, "kept")),
    droppedRows: async (record) =>
      (rowsIn(await bytesOf(record, "dropped")) as (CuratedRow & Omit<DroppedRow, "row">)[]).map(
        ({ reason, detail, ...row }) => ({ row, reason, ...(detail === undefined ? {} : { detail }) }),
      ),
    notes: async (record) => linesIn(await bytesOf(record, "notes")).map((line) => JSON.parse(line) as RowNote),
  };
}

/** Precedes the fields in the line of a row; no text before it can contain it, since quotes are escaped there. */
const BEFORE_FIELDS = ',"fields":';

/** Name of the file that marks a shard as complete. */
export function recordName(shard: number): string {
  return `${String(shard).padStart(6, "0")}.json`;
}

/** Writes the rows of a shard; returns its record, which is not written yet. */
async function writeRows(
  storage: Storage,
  shard: number,
  { rows = [], kept, dropped, notes, counts, input, keptLines }: ShardContent,
): Promise<ShardRecord> {
  const textOf = rowTexts(rows);
  const lineOf = ({ id, source, line, ...row }: CuratedRow, more: Readonly<Record<string, unknown>> = {}): string =>
    `${JSON.stringify({ id, source, line, ...more }).slice(0, -1)}${BEFORE_FIELDS}${textOf({ id, source, line, ...row })}}\n`;
  const lines = {
    kept: keptLines === undefined ? Buffer.from(kept.map((row) => lineOf(row)).join("")) : Buffer.concat(keptLines),
    dropped: Buffer.from(dropped.map(({ row, reason, detail }) => lineOf(row, { reason, detail })).join("")),
    notes: jsonLines(notes),
  };
  const files: Partial<Record<keyof ShardFiles, FileRef>> = {};
  for (const what of ["kept", "dropped", "notes"] as const) {
    const bytes = lines[what];
    if (bytes.length === 0) continue;
    const ref = { sha256: sha256(bytes), bytes: bytes.length };
    const name = shardFile(shard, what);
    const isInput = what === "kept" && input?.sha256 === ref.sha256;
    // The record, which comes last, is waited for; one whose files are not there counts for nothing.
    if (!isInput || !(await storage.copyFrom(input.folder, name))) await storage.writeSoon(name, bytes);
    files[what] = ref;
  }
  return { shard, counts, files };
}

function jsonLines(values: readonly unknown[]): Buffer {
  return Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
}

/** Rows of lines whose last member is `fields`, which are kept as text too. */
function rowsIn(bytes: Buffer): CuratedRow[] {
  return linesIn(bytes).map((line) => {
    const row = JSON.parse(exactNumbers(line)) as CuratedRow;
    rememberText(row.fields, line.slice(line.indexOf(BEFORE_FIELDS) + BEFORE_FIELDS.length, -1));
    return row;
  });
}

function linesIn(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start);
    lines.push(bytes.toString("utf8", start, end));
    start = end + 1;
  }
  return lines;
}

function changed(folder: string, name: string): Failure {
  return new Failure("outside", `${folder}: ${name} was changed after it was written`, {
    hint: "retry: corrupt or changed files are produced again",
  });
}

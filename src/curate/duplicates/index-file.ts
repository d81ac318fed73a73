import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

import { atomicFile } from "../../base/atomic-file.ts";
import { Failure, isSystemError } from "../../base/failure.ts";
import { asReadFailure } from "../../base/read-text.ts";
import type { ShingleHashes } from "../kernels/shingle-hashes.ts";
import { packArrays, packTexts, unpackArrays, unpackTexts } from "./pack-arrays.ts";
import type { ShingleStore } from "./shingle-store.ts";
import type { RowSketches } from "./sketches.ts";

/** Kept rows of earlier imports, as stored in an index. */
export type IndexedRows = RowSketches & {
  threshold: number;
  /** `[row, key]` pairs. */
  keys: Uint32Array;
  /** Names of the source files, and for each row the number of its file and its line from 0. */
  files: readonly string[];
  places: Uint32Array;
  /** SHA-256 of each file; empty if an earlier version did not store it. */
  hashes: readonly string[];
  /** Shingles of row r are in the file from `starts[r]` to `starts[r + 1]`. */
  starts: Uint32Array;
};

/** An index that was opened and verified. */
export type DuplicateIndex = { path: string; rows: IndexedRows };

const MAGIC = Buffer.from("TWDUPES8");

/**
 * Earlier versions compared fewer signs or none, the first two ignored the answers, none compared the case of short
 * rows, and the last hashed texts as written byte by byte.
 */
const BEFORE = ["TWDUPES1", "TWDUPES2", "TWDUPES3", "TWDUPES4", "TWDUPES5", "TWDUPES6", "TWDUPES7"];
const HASH_BYTES = 32;
const SHINGLE_BYTES = 8;

/**
 * Opens an index and verifies every byte; undefined if there is none.
 *
 * @throws Failure bad_input if the file is not an index, or is incomplete or changed
 */
export async function openIndex(path: string): Promise<DuplicateIndex | undefined> {
  let bytes: number;
  try {
    bytes = await checkedSize(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error instanceof Failure ? error : asReadFailure(error, path);
  }
  const file = await open(path, "r");
  try {
    const foot = Buffer.alloc(4);
    const end = bytes - HASH_BYTES - foot.length;
    await file.read(foot, 0, foot.length, end);
    const packed = Buffer.alloc(foot.readUInt32LE(0));
    await file.read(packed, 0, packed.length, end - packed.length);
    const [
      settings,
      tokens,
      whole,
      signs,
      keys,
      files,
      places,
      starts,
      facts,
      prompts,
      shortAnswers,
      hashes,
      written,
      marks,
    ] = unpackArrays(packed);
    const rows = {
      threshold: settings![0]!,
      tokens: tokens as Uint32Array,
      whole: whole as Uint32Array,
      signs: signs as Uint32Array,
      written: written as Uint32Array,
      facts: facts as Uint32Array,
      marks: marks as Uint32Array,
      prompts: prompts as Uint32Array,
      shortAnswers: shortAnswers as Uint32Array,
      keys: keys as Uint32Array,
      files: unpackTexts(files!),
      hashes: hashes === undefined ? [] : unpackTexts(hashes),
      places: places as Uint32Array,
      starts: starts as Uint32Array,
    };
    return { path, rows };
  } finally {
    await file.close();
  }
}

/** Size of the file, if its last bytes are the hash of all bytes before them. */
async function checkedSize(path: string): Promise<number> {
  const hash = createHash("sha256");
  let size = 0;
  let tail = Buffer.alloc(0);
  let head = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    const all = Buffer.concat([tail, chunk]);
    if (size === 0) head = Buffer.from(all.subarray(0, MAGIC.length));
    size += chunk.length;
    const cut = Math.max(0, all.length - HASH_BYTES);
    hash.update(all.subarray(0, cut));
    tail = Buffer.from(all.subarray(cut));
  }
  if (BEFORE.includes(head.toString("latin1"))) {
    throw new Failure(
      "bad_input",
      `${path} was made by an earlier version, which compared symbols or answers differently`,
      {
        hint: "name a file that does not exist, and import the earlier files again",
      },
    );
  }
  if (!head.equals(MAGIC)) {
    throw new Failure("bad_input", `${path} is not an index of duplicates`, {
      hint: "name a file that does not exist",
    });
  }
  if (!hash.digest().equals(tail)) {
    throw new Failure("bad_input", `${path} is corrupt: checksum mismatch`, {
      hint: "restore it, or remove it and import the earlier files again",
    });
  }
  return size;
}

/** Loads the shingles of some rows, given in ascending order, into a store; rows outside the index are skipped. */
export async function loadIndexed(
  { path, rows }: DuplicateIndex,
  wanted: Uint32Array,
  store: ShingleStore,
): Promise<void> {
  const file = await open(path, "r");
  try {
    for (const row of wanted) {
      if (row >= rows.tokens.length) break;
      const count = rows.starts[row + 1]! - rows.starts[row]!;
      const halves = new Uint32Array(2 * count);
      await file.read(
        new Uint8Array(halves.buffer),
        0,
        halves.byteLength,
        MAGIC.length + rows.starts[row]! * SHINGLE_BYTES,
      );
      store.add(row, { low: halves.subarray(0, count), high: halves.subarray(count), start: 0, count });
    }
  } finally {
    await file.close();
  }
}

/** Writes an index atomically. */
export type IndexWriter = {
  /** Adds the distinct shingles of the next row. */
  add: (shingles: ShingleHashes) => void;
  /** Flushes to disk. */
  flush: () => Promise<void>;
  /** Completes the index with the data of all rows, the earlier ones first, and the checksum. */
  commit: (rows: Omit<IndexedRows, "starts">) => Promise<void>;
  /** Discards the index; has no effect after `commit`. */
  abort: () => Promise<void>;
};

/** Starts an index with the content of the earlier one; its shingles precede those that are added. */
export async function indexWriter(path: string, earlier: DuplicateIndex | undefined): Promise<IndexWriter> {
  const file = await atomicFile(path);
  const hash = createHash("sha256");
  const write = async (bytes: Uint8Array): Promise<void> => {
    hash.update(bytes);
    await file.write(bytes);
  };
  const starts = [...(earlier?.rows.starts ?? [0])];
  let taken: Uint8Array[] = [];
  await write(MAGIC);
  if (earlier !== undefined && starts.at(-1)! > 0) {
    const end = MAGIC.length + starts.at(-1)! * SHINGLE_BYTES - 1;
    const old = createReadStream(earlier.path, { start: MAGIC.length, end }) as AsyncIterable<Buffer>;
    for await (const chunk of old) await write(chunk);
  }
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(taken);
    taken = [];
    await write(bytes);
  };
  return {
    add: ({ low, high, count }) => {
      const halves = new Uint32Array(2 * count);
      halves.set(low.subarray(0, count));
      halves.set(high.subarray(0, count), count);
      taken.push(new Uint8Array(halves.buffer));
      starts.push(starts.at(-1)! + count);
    },
    flush,
    commit: async (rows) => {
      await flush();
      const packed = packArrays([
        Float64Array.of(rows.threshold),
        rows.tokens,
        rows.whole,
        rows.signs,
        rows.keys,
        packTexts(rows.files),
        rows.places,
        Uint32Array.from(starts),
        rows.facts,
        rows.prompts,
        rows.shortAnswers,
        packTexts(rows.hashes),
        rows.written,
        rows.marks,
      ]);
      await write(packed);
      const foot = Buffer.alloc(4);
      foot.writeUInt32LE(packed.length);
      await write(foot);
      await file.write(hash.digest());
      await file.commit();
    },
    abort: () => file.abort(),
  };
}

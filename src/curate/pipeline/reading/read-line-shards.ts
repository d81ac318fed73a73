import { Failure } from "../../../base/failure.ts";
import { READ_LIMITS } from "../../../tables/limits.ts";
import { openRows } from "../../../tables/read-rows.ts";
import type { DroppedRow } from "../../stage.ts";
import { exactNumbers } from "../../rows/exact-numbers.ts";
import type { BlockRows } from "./read-block.ts";
import type { ReadPool } from "./read-pool.ts";
import type { SourceFile } from "./read-shards.ts";
import { type RowIds, repeatedRowId, rowIds } from "./row-id.ts";
import type { ShardSize } from "./stage-shards.ts";

/** A shard in artefact format: the lines of its rows, their number and characters. */
export type LineShard = {
  lines: Uint8Array[];
  rows: number;
  characters: number;
  dropped: DroppedRow[];
};

/** Options of reading files as shards of lines. */
export type LineShardsOptions = {
  size: ShardSize;
  pool: ReadPool;
  /** Called with the share of all bytes read, 0 to 1. */
  onProgress: (fraction: number) => void;
  /** Expected SHA-256 of the files. */
  sha256s: ReadonlyMap<string, string>;
};

/** Bytes of a line before its id: `{"id":"`. */
const BEFORE_ID = 7;

/**
 * Reads files in sequence to the same shards as `readShards`, but as lines ready to write: each row is
 * serialised in the thread that reads its block; this function assigns new ids to repeated rows and
 * assembles the shards.
 *
 * @throws Failure of the readers; bad_input if a file has changed
 */
export async function* readLineShards(
  files: readonly SourceFile[],
  { size, pool, onProgress, sha256s }: LineShardsOptions,
): AsyncGenerator<LineShard> {
  let shard = emptyShard();
  let length = 0;
  for (const [index, file] of files.entries()) {
    const ids = rowIds(file.source);
    const onFile = (fraction: number): void => onProgress((index + fraction) / files.length);
    for await (const block of blocksOf(file, { pool, onProgress: onFile, sha256: sha256s.get(file.path) })) {
      shard.dropped.push(...block.dropped);
      settle(block, file.source, ids);
      let from = 0;
      for (const [row, end] of block.ends.entries()) {
        shard.rows += 1;
        shard.characters += block.characters[row]!;
        length += block.lengths[row]!;
        if (shard.rows < size.rows && length < size.characters) continue;
        shard.lines.push(block.lines.subarray(from, end));
        from = end;
        yield shard;
        [shard, length] = [emptyShard(), 0];
      }
      if (from < block.lines.length) shard.lines.push(block.lines.subarray(from));
    }
  }
  if (shard.rows > 0 || shard.dropped.length > 0) yield shard;
}

function emptyShard(): LineShard {
  return { lines: [], rows: 0, characters: 0, dropped: [] };
}

/** Blocks of a file in order, with read-ahead. */
async function* blocksOf(
  { path, source, delimiter }: SourceFile,
  { pool, onProgress, sha256 }: Pick<LineShardsOptions, "pool" | "onProgress"> & { sha256: string | undefined },
): AsyncGenerator<BlockRows> {
  const opened = await openRows(path, { ...READ_LIMITS, delimiter });
  const ahead: Promise<BlockRows>[] = [];
  try {
    for await (const item of opened.items) {
      const reading = pool.read(item, { source });
      reading.catch(() => undefined); // thrown where it is awaited
      ahead.push(reading);
      if (ahead.length < pool.blocks) continue;
      onProgress(opened.fraction());
      yield await ahead.shift()!;
    }
    for (const reading of ahead.splice(0)) yield await reading;
  } finally {
    await Promise.allSettled(ahead);
  }
  if (sha256 !== undefined && sha256 !== (await opened.sha256())) {
    throw new Failure("bad_input", `${path} changed while it was being read`, {
      hint: "retry when nothing is writing to it",
    });
  }
}

/** Assigns separate ids to repeated rows, in their lines. */
function settle({ lines, ends, hashes }: BlockRows, source: string, ids: RowIds): void {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
  const startOf = (row: number): number => (row === 0 ? 0 : ends[row - 1]!);
  for (let row = 0; row < ends.length; row++) {
    const occurrence = ids.occurrence(hashes[2 * row]!, hashes[2 * row + 1]!);
    if (occurrence === 0) continue;
    const { fields } = JSON.parse(exactNumbers(bytes.toString("utf8", startOf(row), ends[row]))) as {
      fields: Record<string, unknown>;
    };
    bytes.write(repeatedRowId(source, fields, occurrence), startOf(row) + BEFORE_ID, "latin1");
  }
}

import type { Decompress as ZstdStream } from "fzstd";

import { Failure } from "../base/failure.ts";
import { jsonColumn } from "./arrow-json.ts";
import type { ReadLimits } from "./limits.ts";
import { lz4Frame } from "./lz4-frame.ts";
import { blocksOfRows, type RowItem } from "./row-block.ts";
import { zstdFrames } from "./zstd-frames.ts";

/** What a batch may hold at most, decompressed: it is in memory as a whole. */
const MAX_BATCH_BYTES = 2 ** 30;

/**
 * Reads Arrow IPC, as a stream (the cache of Hugging Face datasets) or as a file (Feather), batch by batch: each row as
 * JSON text, nested lists and structs kept. Bodies may be compressed by LZ4 or zstd.
 *
 * @throws Failure bad_input where it is no Arrow, is torn, has too many columns, a column of a type that JSON cannot
 *   hold, or a batch of more than 1 GiB
 */
export async function* readArrow(
  chunks: AsyncGenerator<Uint8Array>,
  { path, columns: maxColumns, lineBytes }: ReadLimits & { path: string },
): AsyncGenerator<RowItem> {
  const arrow = await import("apache-arrow");
  const { Decompress } = await import("fzstd");
  arrow.compressionRegistry.set(arrow.CompressionType.ZSTD, { decode: (data) => unzstd(data, Decompress) });
  arrow.compressionRegistry.set(arrow.CompressionType.LZ4_FRAME, { decode: (data) => lz4Frame(data, MAX_BATCH_BYTES) });
  try {
    const reader = await arrow.RecordBatchReader.from(streamPart(chunks, path));
    let row = 0;
    for await (const batch of reader) {
      const { fields } = batch.schema;
      checkColumns(fields, path, maxColumns);
      const columns = fields.map(({ name }, index) => {
        const write = jsonColumn(batch.getChildAt(index)!, arrow.DataType);
        if (write === undefined) throw unwritable(path, name, String(fields[index]!.type));
        return { key: `${JSON.stringify(name)}:`, write };
      });
      const texts = Array.from({ length: batch.numRows }, (_, index) => {
        return `{${columns.map(({ key, write }) => key + write(index)).join(",")}}`;
      });
      yield* blocksOfRows(texts, row, lineBytes);
      row += batch.numRows;
    }
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error)) throw error;
    if (error instanceof TypeError && error.message.includes("'fields'")) {
      // What the library throws where batches come and no schema did.
      throw new Failure("bad_input", `${path} cannot be read as Arrow: no schema stands before its rows`, {
        hint: 'the library for JavaScript writes such files: let it write a stream, tableToIPC(table, "stream")',
        cause: error,
      });
    }
    throw new Failure("bad_input", `${path} cannot be read as Arrow: ${error.message.split("\n")[0]}`, {
      hint: "the file may be truncated or of another kind; write it again",
      cause: error,
    });
  } finally {
    await chunks.return(undefined);
  }
}

/** A buffer of a batch, decompressed: a copy that starts where numbers of eight bytes may start. */
function unzstd(data: Uint8Array, Decompress: typeof ZstdStream): Uint8Array {
  const problem = zstdFrames().follow(data);
  if (problem !== undefined) throw new Error(problem);
  const blocks: Uint8Array[] = [];
  let size = 0;
  const stream = new Decompress((block) => {
    size += block.length;
    if (size > MAX_BATCH_BYTES) throw new Error(`a batch comes to more than ${MAX_BATCH_BYTES} bytes`);
    blocks.push(Uint8Array.from(block));
  });
  stream.push(Uint8Array.from(data), true);
  return Uint8Array.from(Buffer.concat(blocks));
}

/**
 * The stream inside a file: an Arrow file is a stream between `ARROW1` and a footer with the places of its batches,
 * which nobody needs who reads from the start.
 */
async function* streamPart(chunks: AsyncGenerator<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of chunks) {
    // What is kept is a view of the batch: the reader reuses its buffer.
    const copy = Uint8Array.from(chunk);
    if (isFirst && Buffer.from(copy.subarray(0, 4)).toString("latin1") === "PAR1") {
      throw new Failure("bad_input", `${path} is a Parquet file`, { hint: "give it the extension .parquet" });
    }
    const isFile = isFirst && Buffer.from(copy.subarray(0, 6)).toString("latin1") === "ARROW1";
    isFirst = false;
    yield isFile ? copy.subarray(8) : copy;
  }
}

function checkColumns(fields: readonly { name: string }[], path: string, maxColumns: number): void {
  if (fields.length > maxColumns) {
    throw new Failure("bad_input", `${path} has ${fields.length} columns, more than ${maxColumns}`);
  }
  const names = new Set(fields.map(({ name }) => name));
  if (names.size === fields.length) return;
  throw new Failure("bad_input", `${path} has two columns of one name`, { hint: "rename one of them" });
}

function unwritable(path: string, name: string, type: string): Failure {
  return new Failure("bad_input", `${path}: column "${name}" is of the type ${type}, which JSON has no value for`, {
    hint: "cast it to text or to a number when the file is written",
  });
}

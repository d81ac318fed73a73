import { setImmediate as turn } from "node:timers/promises";

import type { DataType, RecordBatch } from "apache-arrow";

import { Failure } from "../base/failure.ts";
import { columnProblem } from "./arrow-bounds.ts";
import { loadArrow } from "./arrow-library.ts";
import { arrowFrames, type ArrowFrames } from "./arrow-frames.ts";
import { type JsonColumn, jsonColumn } from "./arrow-json.ts";
import type { ReadLimits } from "./limits.ts";
import { blocksOfRows, type RowItem } from "./row-block.ts";

/** Number of rows that are converted at once; signals are handled in between. */
const SLICE_ROWS = 1024;

/**
 * Reads Arrow IPC, as a stream (the cache of Hugging Face datasets) or as a file (Feather), batch by batch: each row as
 * JSON text, with nested lists and structs. Bodies may be compressed with LZ4 or zstd. Every length and position in the
 * file is checked before it is used, as pyarrow's `validate(full=True)` does.
 *
 * @throws Failure bad_input if it is not Arrow, is damaged or truncated, has too many columns, a column of a type
 * without a JSON form, or a batch of more than 1 GiB
 */
export async function* readArrow(
  chunks: AsyncGenerator<Uint8Array>,
  { path, columns: maxColumns, lineBytes }: ReadLimits & { path: string },
): AsyncGenerator<RowItem> {
  const { arrow, schemas } = await loadArrow();
  const frames = arrowFrames(schemas);
  try {
    const reader = await arrow.RecordBatchReader.from(streamPart(chunks, frames, path));
    let row = 0;
    for await (const batch of reader) {
      checkColumns(batch.schema.fields, path, maxColumns);
      checkBatch(batch, arrow.DataType);
      const columns = batch.schema.fields.map(({ name, type }, index) => {
        const write = jsonColumn(batch.getChildAt(index)!, arrow.DataType);
        if (write === undefined) throw unwritable(path, name, String(type));
        return { key: `${JSON.stringify(name)}:`, write };
      });
      for (let from = 0; from < batch.numRows; from += SLICE_ROWS) {
        const texts = rowTexts(columns, from, Math.min(batch.numRows, from + SLICE_ROWS));
        yield* blocksOfRows(texts, row + from, lineBytes);
        await turn();
      }
      row += batch.numRows;
    }
    // Bytes after the last batch: the end marker, and the footer of a file.
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) frames.follow(next.value);
    frames.end();
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error)) throw error;
    if (error instanceof TypeError && /'(fields|dictionaries)'/.test(error.message)) {
      // Error of the library for batches without a schema.
      throw new Failure("bad_input", `${path} cannot be read as Arrow: no schema precedes its rows`, {
        hint: 'the JavaScript library writes such files; write a stream instead: tableToIPC(table, "stream")',
        cause: error,
      });
    }
    throw new Failure("bad_input", `${path} cannot be read as Arrow: ${error.message.split("\n")[0]}`, {
      hint: "the file may be truncated or have another format; write it again",
      cause: error,
    });
  } finally {
    await chunks.return(undefined);
  }
}

function rowTexts(columns: readonly { key: string; write: JsonColumn }[], from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => {
    return `{${columns.map(({ key, write }) => key + write(from + index)).join(",")}}`;
  });
}

/** Throws Error if reading a column of a batch would exceed its bounds. */
function checkBatch(batch: RecordBatch, types: typeof DataType): void {
  const { fields } = batch.schema;
  for (const [index, column] of batch.data.children.entries()) {
    const problem = columnProblem(column, types);
    if (problem !== undefined) throw new Error(`column "${fields[index]!.name}": ${problem}`);
  }
}

/**
 * The stream inside a file, whose bytes are validated before the library sees them: an Arrow file is a stream between
 * `ARROW1` and a footer with the positions of its batches.
 */
async function* streamPart(
  chunks: AsyncGenerator<Uint8Array>,
  frames: ArrowFrames,
  path: string,
): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  // Not `for await`: the remaining chunks are read even after the library has finished.
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    // The stored value is a view of the batch, and the reader reuses its buffer.
    let copy: Uint8Array = Uint8Array.from(next.value);
    if (head !== undefined) {
      head = Buffer.concat([head, copy]);
      if (head.length < 8) continue;
      if (head.toString("latin1", 0, 4) === "PAR1") {
        throw new Failure("bad_input", `${path} is a Parquet file`, { hint: "give it the extension .parquet" });
      }
      copy = Uint8Array.from(head);
      head = undefined;
      frames.follow(copy);
      yield Buffer.from(copy).toString("latin1", 0, 6) === "ARROW1" ? copy.subarray(8) : copy;
    } else {
      frames.follow(copy);
      yield copy;
    }
  }
}

function checkColumns(fields: readonly { name: string }[], path: string, maxColumns: number): void {
  if (fields.length > maxColumns) {
    throw new Failure("bad_input", `${path} has ${fields.length} columns, more than ${maxColumns}`, {
      hint: "keep only the columns that you need",
    });
  }
  const names = new Set(fields.map(({ name }) => name));
  if (names.size === fields.length) return;
  throw new Failure("bad_input", `${path} has two columns with the same name`, { hint: "rename one of them" });
}

function unwritable(path: string, name: string, type: string): Failure {
  return new Failure("bad_input", `${path}: column "${name}" is of the type ${type}, which JSON cannot represent`, {
    hint: "cast it to text or to a number when the file is written",
  });
}

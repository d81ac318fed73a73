import { extname } from "node:path";

import { Failure } from "../base/failure.ts";
import type { DatasetProfile } from "../domain/dataset-profile.ts";
import { READ_LIMITS, type ReadLimits } from "./limits.ts";
import { fileSize, openBytes } from "./read-bytes.ts";
import { putBack } from "./put-back.ts";
import { readCsv } from "./read-csv.ts";
import { readJsonArray } from "./read-json-array.ts";
import { readLines } from "./read-lines.ts";
import { readParquet } from "./read-parquet.ts";
import type { RowItem } from "./row-block.ts";
import { textChunks } from "./text-chunks.ts";

/** A dataset file opened to be read once. */
export type RowSource = {
  container: DatasetProfile["container"];
  /** Size on disk. */
  bytes: number;
  items: AsyncGenerator<RowItem>;
  /** Share of the file read so far, from 0 to 1. */
  fraction: () => number;
  /** SHA-256 of the file's bytes; to be asked after the last item. */
  sha256: () => Promise<string>;
};

/**
 * Opens a dataset file by its extension: .jsonl, .ndjson, .json (an array, or one object per line), .csv, .tsv, each
 * also as .gz, or .parquet. Rows come as JSON texts in file order.
 *
 * @throws Failure not_found or bad_input, at once or while reading: see the readers
 */
export async function openRows(path: string, limits: ReadLimits = READ_LIMITS): Promise<RowSource> {
  const extension = extname(path.replace(/\.gz$/i, "")).toLowerCase();
  if (extension === ".parquet") return openParquet(path, limits);
  const source = await openBytes(path, limits.chunkBytes);
  const common = {
    bytes: source.bytes,
    fraction: () => source.bytesRead() / source.bytes,
    sha256: () => Promise.resolve(source.sha256()),
  };
  const text = textChunks(source.chunks, path);
  switch (extension) {
    case ".jsonl":
    case ".ndjson":
      return { ...common, container: "jsonl", items: readLines(text, limits) };
    case ".csv":
    case ".tsv":
      return {
        ...common,
        container: "csv",
        items: readCsv(text, { ...limits, path, delimiter: extension === ".csv" ? "," : "\t" }),
      };
    case ".json": {
      const { first, chunks } = await peeked(text);
      return first === "["
        ? { ...common, container: "json", items: readJsonArray(chunks, { ...limits, path }) }
        : { ...common, container: "jsonl", items: readLines(chunks, limits) };
    }
    default:
      await text.return(undefined);
      throw new Failure("bad_input", `${path}: its extension does not say what it is`, {
        hint: "expected .jsonl, .ndjson, .json, .csv, .tsv (each also as .gz) or .parquet",
      });
  }
}

/** The first character that is not space, and the same chunks again. */
async function peeked(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<{ first: string | undefined; chunks: AsyncGenerator<Uint8Array> }> {
  const head = await chunks.next();
  if (head.done === true) return { first: undefined, chunks };
  const first = /\S/.exec(Buffer.from(head.value.subarray(0, 65_536)).toString("latin1"))?.[0];
  return { first, chunks: putBack(head.value, chunks) };
}

async function openParquet(path: string, limits: ReadLimits): Promise<RowSource> {
  const bytes = await fileSize(path);
  let fraction = 0;
  const items = readParquet(path, limits, (share) => {
    fraction = share;
  });
  return { container: "parquet", bytes, items, fraction: () => fraction, sha256: () => hashOf(path) };
}

/** The hash of a file that another library reads: all its chunks go by. */
async function hashOf(path: string): Promise<string> {
  const { chunks, sha256 } = await openBytes(path, READ_LIMITS.chunkBytes);
  while ((await chunks.next()).done !== true);
  return sha256();
}

import { extname } from "node:path";

import { Failure } from "../base/failure.ts";
import type { DatasetProfile, Delimiter } from "../domain/dataset-profile.ts";
import { DELIMITER_CHARACTER } from "./csv-record.ts";
import { READ_LIMITS, type ReadLimits } from "./limits.ts";
import { fileSize, openBytes } from "./read-bytes.ts";
import { readHead } from "./read-head.ts";
import { readArrow } from "./read-arrow.ts";
import { type NamesOf, readCsv } from "./read-csv.ts";
import { readJsonArray } from "./read-json-array.ts";
import { readLines } from "./read-lines.ts";
import { readParquet } from "./read-parquet.ts";
import type { RowItem } from "./row-block.ts";
import { sniffDelimiter } from "./sniff-delimiter.ts";
import { textChunks } from "./text-chunks.ts";

/** An opened dataset file, to be read once. */
export type RowSource = {
  container: DatasetProfile["container"];
  /** Delimiter of a CSV file. */
  delimiter: Delimiter | null;
  /** Size on disk. */
  bytes: number;
  items: AsyncGenerator<RowItem>;
  /** Share of the file read so far, from 0 to 1. */
  fraction: () => number;
  /** SHA-256 of the file's bytes; available after the last item. */
  sha256: () => Promise<string>;
};

/** Options for reading a dataset file. */
export type OpenOptions = ReadLimits & {
  /** Delimiter of a CSV file; default: detected by `sniffDelimiter`. */
  delimiter?: Delimiter | undefined;
  /** Names the columns of a CSV file without a header. */
  namesOf?: NamesOf | undefined;
};

/**
 * Opens a dataset file by its extension: .jsonl, .ndjson, .json (an array, or one object per line), .csv, .tsv, each
 * also as .gz or .zst, .parquet, or .arrow (.feather, .ipc). Rows are JSON texts in file order. A source whose items
 * are not read does not keep a file open.
 *
 * @throws Failure not_found or bad_input, at once or while reading: see the readers
 */
export async function openRows(path: string, options: OpenOptions = READ_LIMITS): Promise<RowSource> {
  const extension = extname(path.replace(/\.(?:gz|zst)$/i, "")).toLowerCase();
  const isCsv = extension === ".csv" || extension === ".tsv";
  if (options.delimiter !== undefined && !isCsv) {
    throw new Failure("bad_input", `${path} is not a CSV file, so it has no delimiter`, {
      hint: "omit the delimiter, or use it only with .csv and .tsv files",
    });
  }
  if (extension === ".parquet") return openParquet(path, options);
  if (ARROW.includes(extension)) return openArrow(path, options);
  const isLines = extension === ".jsonl" || extension === ".ndjson";
  if (!isLines && !isCsv && extension !== ".json") {
    await fileSize(path);
    throw new Failure("bad_input", `${path}: its extension does not determine the format`, {
      hint: "expected .jsonl, .ndjson, .json, .csv, .tsv (each also as .gz or .zst), .parquet or .arrow",
    });
  }
  // The head is read and closed first, so the file is open only while its rows are read.
  const { head, isWhole } = isLines ? { head: new Uint8Array(0), isWhole: false } : await readHead(path);
  const source = await openBytes(path, options.chunkBytes);
  const common = {
    bytes: source.bytes,
    delimiter: null,
    fraction: () => source.bytesRead() / source.bytes,
    sha256: () => Promise.resolve(source.sha256()),
  };
  const text = textChunks(source.chunks, path);
  if (isCsv) {
    const usual = extension === ".tsv" ? "tab" : "comma";
    const delimiter = options.delimiter ?? sniffDelimiter(head, { path, usual, isWhole });
    const items = readCsv(text, { ...options, path, delimiter: DELIMITER_CHARACTER[delimiter] });
    return { ...common, container: "csv", delimiter, items };
  }
  if (isOneObject(head)) {
    throw new Failure("bad_input", `${path} is one JSON object over several lines, expected an array of objects`, {
      hint: "if the rows are a list inside it: jq -c '.NAME[]' FILE > rows.jsonl",
    });
  }
  const first = /\S/.exec(Buffer.from(head).toString("latin1"))?.[0];
  return first === "["
    ? { ...common, container: "json", items: readJsonArray(text, { ...options, path }) }
    : { ...common, container: "jsonl", items: readLines(text, options) };
}

/** True if the first line opens an object that continues on the next line, which a JSONL row never does. */
function isOneObject(head: Uint8Array): boolean {
  const [line] = Buffer.from(head).toString("latin1").trimStart().split("\n", 1);
  return /^\{\s*(?:"[^"]*"\s*:\s*[[{]?)?\s*$/.test(line!);
}

const ARROW = [".arrow", ".feather", ".ipc"];

async function openArrow(path: string, limits: ReadLimits): Promise<RowSource> {
  const source = await openBytes(path, limits.chunkBytes);
  return {
    container: "arrow",
    delimiter: null,
    bytes: source.bytes,
    items: readArrow(source.chunks, { ...limits, path }),
    fraction: () => source.bytesRead() / source.bytes,
    sha256: () => Promise.resolve(source.sha256()),
  };
}

async function openParquet(path: string, limits: ReadLimits): Promise<RowSource> {
  const bytes = await fileSize(path);
  let fraction = 0;
  const items = readParquet(path, limits, (share) => {
    fraction = share;
  });
  return {
    container: "parquet",
    delimiter: null,
    bytes,
    items,
    fraction: () => fraction,
    sha256: () => hashOfFile(path),
  };
}

/** SHA-256 of a data file, computed by reading it. @throws Failure as openRows */
export async function hashOfFile(path: string): Promise<string> {
  const { chunks, sha256 } = await openBytes(path, READ_LIMITS.chunkBytes);
  while ((await chunks.next()).done !== true);
  return sha256();
}

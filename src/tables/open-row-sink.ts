import { gzipSync } from "node:zlib";

import { atomicFile } from "../base/atomic-file.ts";
import { Failure } from "../base/failure.ts";
import type { RowSink } from "./row-sink.ts";
import { openParquetSink } from "./write-parquet.ts";

/**
 * Number of characters that are compressed at once. Each such part is a member of the gzip file, so the result does not
 * depend on the size of writes.
 */
const MEMBER_CHARACTERS = 4 * 2 ** 20;

/**
 * Opens a file for rows, with the format of its extension: .jsonl or .ndjson, one row per line, each also as .gz;
 * .json, one array; .parquet. The file is written completely or not at all.
 *
 * @throws Failure bad_input for another extension; outside, from each of its functions, if the disk is full or not
 * writable
 */
export async function openRowSink(path: string): Promise<RowSink> {
  const lower = path.toLowerCase();
  if (lower.endsWith(".parquet")) return openParquetSink(path);
  if (lower.endsWith(".jsonl.gz") || lower.endsWith(".ndjson.gz")) return gzipSink(path);
  if (lower.endsWith(".jsonl") || lower.endsWith(".ndjson")) return jsonlSink(path);
  if (lower.endsWith(".json")) return jsonSink(path);
  throw new Failure("bad_input", `${path}: its extension does not determine the format`, {
    hint: "expected .jsonl, .jsonl.gz, .json or .parquet",
  });
}

async function jsonlSink(path: string): Promise<RowSink> {
  const file = await atomicFile(path);
  return {
    write: (rows, texts = jsonTexts(rows)) => file.write(texts.map((text) => `${text}\n`).join("")),
    commit: file.commit,
    abort: file.abort,
  };
}

async function gzipSink(path: string): Promise<RowSink> {
  const file = await atomicFile(path);
  let text = "";
  const flush = async (end: number): Promise<void> => {
    if (end === 0) return;
    await file.write(gzipSync(text.slice(0, end)));
    text = text.slice(end);
  };
  return {
    write: async (rows, texts = jsonTexts(rows)) => {
      for (const row of texts) {
        text += `${row}\n`;
        if (text.length >= MEMBER_CHARACTERS) await flush(text.length);
      }
    },
    commit: async () => {
      await flush(text.length);
      await file.commit();
    },
    abort: file.abort,
  };
}

async function jsonSink(path: string): Promise<RowSink> {
  const file = await atomicFile(path);
  let isFirst = true;
  return {
    write: async (rows, texts = jsonTexts(rows)) => {
      for (const row of texts) {
        await file.write(`${isFirst ? "[\n" : ",\n"}${row}`);
        isFirst = false;
      }
    },
    commit: async () => {
      await file.write(isFirst ? "[]\n" : "\n]\n");
      await file.commit();
    },
    abort: file.abort,
  };
}

/** Rows as JSON texts. */
function jsonTexts(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  return rows.map((row) => JSON.stringify(row));
}

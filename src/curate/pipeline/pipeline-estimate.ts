import { statfs } from "node:fs/promises";

import { fileSize } from "../../tables/read-bytes.ts";
import type { ExecutorName, PipelineEstimate, PipelineStage } from "../../domain/data-pipeline.ts";
import type { SourceFile } from "./reading/read-shards.ts";
import { readRows } from "./reading/read-rows.ts";
import type { Rates } from "./executing/stage-rates.ts";
import { SHARD_SIZE } from "./reading/stage-shards.ts";
import { entryOf, type StageRate } from "./executing/stages.ts";

/** Reading: JSON bytes per second in one thread, and memory for the ids of the rows. */
const READ_RATE = { bytesPerSec: 35e6, memoryBytesPerRow: 36 };

/** Measured memory of the process that reads and writes, of a process that works on shards, and of a worker thread. */
const MAIN_BYTES = 240e6;
const PROCESS_BYTES = 130e6;
const THREAD_BYTES = 60e6;

/** Memory per byte of a shard's JSON while it is processed: text, objects, the text of the result. */
const MEMORY_PER_SHARD_BYTE = 16;

/** Bytes of a row in addition to its fields: id, source, line. */
export const ENVELOPE_BYTES = 90;

/** Uncertainty of assumed and measured rates: on another machine, on other rows. */
const SPREAD = { assumed: { low: 0.4, high: 3 }, measured: { low: 0.7, high: 1.6 } } as const;

/** Input of the estimate. */
export type EstimateInput = {
  sources: readonly SourceFile[];
  stages: readonly PipelineStage[];
  executor: ExecutorName;
  workers: number;
  /** Folder of the artefacts; the free space on its disk is checked. */
  folder: string;
  /** Rates measured by earlier runs. */
  rates: Rates;
  /** Counts of the last run on these files; default: the start of each file is read. */
  counted?: RowsAndBytes | undefined;
};

/** Number of rows, and the bytes of their JSON. */
export type RowsAndBytes = { rows: number; jsonBytes: number };

/** Amount of a file that is read to estimate its rows: bytes, or characters of compressed rows. */
const HEAD_BYTES = 2 ** 21;
const HEAD_CHARACTERS = 64e6;

/** Bytes read at once; small compared with the head, so that data not yet decompressed or split stay small. */
const HEAD_CHUNK_BYTES = 2 ** 16;

/**
 * Time, memory and disk of a complete run, estimated from the start of each file.
 *
 * @throws Failure if a file cannot be read
 */
export async function pipelineEstimate(input: EstimateInput): Promise<PipelineEstimate> {
  const { sources, stages, executor, workers, folder, rates } = input;
  const sizes = await Promise.all(sources.map(async (source) => ({ source, bytes: await fileSize(source.path) })));
  const { rows, jsonBytes } = input.counted ?? (await countedByHeads(sizes));
  const lanes = executor === "inline" ? 1 : workers;
  const measured = stages.every(({ stage }) => rates[stage] !== undefined) && rates["read"] !== undefined;
  const seconds =
    jsonBytes / (rates["read"] ?? READ_RATE.bytesPerSec) +
    stages.reduce((sum, item) => sum + jsonBytes / ((rates[item.stage] ?? entryOf(item).rate.bytesPerSec) * lanes), 0);
  const spread = SPREAD[measured ? "measured" : "assumed"];
  const shardBytes = Math.min(2 * SHARD_SIZE.characters, (jsonBytes / Math.max(1, rows)) * SHARD_SIZE.rows, jsonBytes);
  const held = ({ memoryBytesPerRow, memoryBytes = 0 }: StageRate): number =>
    rows * memoryBytesPerRow + Math.min(memoryBytes, jsonBytes);
  const mostHeld = Math.max(rows * READ_RATE.memoryBytesPerRow, ...stages.map((item) => held(entryOf(item).rate)));
  const overhead = executor === "inline" ? 0 : lanes * (executor === "threads" ? THREAD_BYTES : PROCESS_BYTES);
  const { bavail, bsize } = await statfs(folder);
  return {
    inputBytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: Math.round(rows),
    durationSec: { low: seconds * spread.low, high: seconds * spread.high + 1 },
    memoryBytes: Math.round(MAIN_BYTES + overhead + lanes * shardBytes * MEMORY_PER_SHARD_BYTE + mostHeld),
    diskBytes: Math.round((jsonBytes + rows * ENVELOPE_BYTES) * (1 + stages.length) + jsonBytes),
    freeDiskBytes: bavail * bsize,
    basis: [
      measured
        ? "rates of the last runs in this folder"
        : "assumed rates of one server core, until a run in this folder measures them",
      input.counted === undefined ? "rows estimated from the start of each file" : "rows as the last run counted them",
      "disk as if every stage changed every row",
    ].join("; "),
  };
}

async function countedByHeads(files: readonly { source: SourceFile; bytes: number }[]): Promise<RowsAndBytes> {
  const all = { rows: 0, jsonBytes: 0 };
  for (const { source, bytes } of files) {
    const head = await headOf(source, bytes);
    all.rows += head.rows;
    all.jsonBytes += head.jsonBytes;
  }
  return all;
}

/** Rows and JSON bytes of a file, extrapolated from its start by size. */
async function headOf({ path, source, delimiter }: SourceFile, bytes: number): Promise<RowsAndBytes> {
  let share = 0;
  const onProgress = (fraction: number): void => {
    share = fraction;
  };
  const reader = readRows(path, { source, delimiter, onProgress, limits: { chunkBytes: HEAD_CHUNK_BYTES } });
  let [rows, characters] = [0, 0];
  for await (const { rows: read, lengths } of reader) {
    rows += read.length;
    characters += lengths.reduce((sum, length) => sum + length, 0);
    const isEnough = share * bytes >= HEAD_BYTES || characters >= HEAD_CHARACTERS;
    if (isEnough && rows > 0 && share > 0) return { rows: rows / share, jsonBytes: characters / share };
  }
  return { rows, jsonBytes: characters };
}

import { statfs } from "node:fs/promises";

import { fileSize } from "../../tables/read-bytes.ts";
import type { ExecutorName, PipelineEstimate, PipelineStage } from "../../domain/data-pipeline.ts";
import type { SourceFile } from "./read-shards.ts";
import { readRows } from "./read-rows.ts";
import type { Rates } from "./stage-rates.ts";
import { SHARD_SIZE } from "./stage-shards.ts";
import { entryOf, type StageRate } from "./stages.ts";

/** Reading: JSON bytes per second in one thread, and memory for the ids of the rows. */
const READ_RATE = { bytesPerSec: 35e6, memoryBytesPerRow: 36 };

/** Memory of the process that reads and writes, of one that works on shards, and of a thread that does, as measured. */
const MAIN_BYTES = 240e6;
const PROCESS_BYTES = 130e6;
const THREAD_BYTES = 60e6;

/** Memory that a shard takes while it is worked on, for each byte of its JSON: text, objects, the text of the result. */
const MEMORY_PER_SHARD_BYTE = 16;

/** Bytes that a row takes beside its fields: id, source, line. */
const ENVELOPE_BYTES = 90;

/** How far assumed and measured rates may be off: on another machine, on rows of another kind. */
const SPREAD = { assumed: { low: 0.4, high: 3 }, measured: { low: 0.7, high: 1.6 } } as const;

/** What the estimate is made of. */
export type EstimateInput = {
  sources: readonly SourceFile[];
  stages: readonly PipelineStage[];
  executor: ExecutorName;
  workers: number;
  /** Folder whose disk takes the artefacts. */
  folder: string;
  /** Rates that earlier runs measured. */
  rates: Rates;
};

/**
 * Time, memory and disk that a run takes where nothing of it is done yet, from the start of each file.
 *
 * @throws Failure where a file cannot be read
 */
export async function pipelineEstimate(input: EstimateInput): Promise<PipelineEstimate> {
  const { sources, stages, executor, workers, folder, rates } = input;
  const sizes = await Promise.all(sources.map(async (source) => ({ source, bytes: await fileSize(source.path) })));
  let [rows, jsonBytes] = [0, 0];
  for (const { source } of sizes) {
    const head = await headOf(source);
    rows += head.rows;
    jsonBytes += head.jsonBytes;
  }
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
    basis: measured
      ? "rates of the last runs in this folder; disk as if every stage changed every row"
      : "assumed rates of a core of a server, until a run in this folder has measured them; disk as if every stage changed every row",
  };
}

/** Rows and JSON bytes of a file by its first block, scaled by the share of the file that it is. */
async function headOf({ path, source, delimiter }: SourceFile): Promise<{ rows: number; jsonBytes: number }> {
  let share = 1;
  const onProgress = (fraction: number): void => {
    share = fraction;
  };
  const reader = readRows(path, { source, delimiter, onProgress });
  try {
    let [rows, characters] = [0, 0];
    for await (const { rows: read, lengths } of reader) {
      rows += read.length;
      characters += lengths.reduce((sum, each) => sum + each, 0);
      if (rows > 0) break;
    }
    share = Math.max(share, 1e-6);
    return { rows: rows / share, jsonBytes: characters / share };
  } finally {
    await reader.return(undefined);
  }
}

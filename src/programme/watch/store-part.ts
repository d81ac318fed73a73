import { join } from "node:path";

import { sha256 } from "../../base/hash.ts";
import type { WatchedRequest, WatchedTexts } from "../../domain/watch-import.ts";
import { openRowSink } from "../../tables/open-row-sink.ts";
import { dayOf } from "../../watch/batches.ts";
import { textsPath } from "./traffic-folder.ts";

/**
 * Stores a part of the traffic: its texts, then its measured requests, which make the part valid.
 *
 * @param texts undefined if they are no longer kept
 * @throws Failure outside if the disk is full or not writable
 */
export async function storePart(
  folder: string,
  measured: readonly WatchedRequest[],
  texts: readonly WatchedTexts[] | undefined,
): Promise<void> {
  const days = measured.map(({ timeMs }) => dayOf(timeMs)).toSorted();
  const name = sha256(measured.map(({ id }) => id).join("\n")).slice(0, 16);
  const signals = join(folder, `${days[0]}_${days.at(-1)}_${name}.signals.parquet`);
  if (texts !== undefined) await writePart(textsPath(signals), texts);
  await writePart(signals, measured);
}

/** Writes a Parquet file of rows, completely or not at all. */
export async function writePart(path: string, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  const sink = await openRowSink(path);
  try {
    await sink.write(rows);
    await sink.commit();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { Failure, isSystemError } from "../../base/failure.ts";
import { WatchedRequest, WatchedTexts } from "../../domain/watch-import.ts";
import { dataFolder } from "../../store/open-store.ts";
import { openRows } from "../../tables/read-rows.ts";

/** Folder of the stored traffic of a programme. */
export function trafficFolder(programmeDir: string): string {
  return join(dataFolder(programmeDir), "watch", "traffic");
}

/** File with the key that makes pseudonyms, mode 600. */
export function trafficKey(programmeDir: string): string {
  return join(dataFolder(programmeDir), "watch", "redaction.key");
}

const PART = /^(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)_[\da-f]{16}\.signals\.parquet$/;

/** A stored part: its requests, and their texts until they are too old. */
export type TrafficPart = { name: string; from: string; to: string; signals: string; texts: string; hasTexts: boolean };

/** Path of the texts that belong to a file of measured requests. */
export function textsPath(signals: string): string {
  return signals.replace(/\.signals\.parquet$/, ".texts.parquet");
}

/**
 * Complete parts, oldest first. A part is complete once its measured requests exist; its texts are stored before them.
 */
export async function trafficParts(folder: string): Promise<TrafficPart[]> {
  const names = (await entries(folder)).toSorted();
  const present = new Set(names);
  return names.flatMap((name) => {
    const found = PART.exec(name);
    if (found === null) return [];
    const signals = join(folder, name);
    const hasTexts = present.has(textsPath(name));
    return [{ name, from: found[1]!, to: found[2]!, signals, texts: textsPath(signals), hasTexts }];
  });
}

const USAGE = /^(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)_[\da-f]{16}\.usage\.parquet$/;

/** Stored sums of usage, oldest first. */
export async function usageParts(folder: string): Promise<{ path: string; from: string; to: string }[]> {
  return (await entries(folder)).toSorted().flatMap((name) => {
    const found = USAGE.exec(name);
    return found === null ? [] : [{ path: join(folder, name), from: found[1]!, to: found[2]! }];
  });
}

/** First and last days of all stored parts. */
export async function storedDays(folder: string): Promise<string[]> {
  const parts = [...(await trafficParts(folder)), ...(await usageParts(folder))];
  return parts.flatMap(({ from, to }) => [from, to]).toSorted();
}

/** Removes texts without measured requests, which remain if an import was interrupted between the two. */
export async function removeOrphans(folder: string): Promise<void> {
  const names = new Set(await entries(folder));
  for (const name of names) {
    if (!name.endsWith(".texts.parquet")) continue;
    const signals = name.replace(/\.texts\.parquet$/, ".signals.parquet");
    if (!names.has(signals)) await rm(join(folder, name), { force: true });
  }
}

async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw error;
  }
}

/** True if a file exists. */
export async function isPresent(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return false;
    throw error;
  }
}

/** Rows of a stored file, parsed by its schema. @throws Failure check_failed if a row was changed */
export async function* storedRows<Row>(
  path: string,
  schema: { safeParse: (value: unknown) => { success: true; data: Row } | { success: false } },
): AsyncGenerator<Row> {
  const source = await openRows(path);
  for await (const item of source.items) {
    if (item.kind === "bad-row") throw corrupt(path, item.line);
    const lines = Buffer.from(item.bytes.buffer, item.bytes.byteOffset, item.bytes.length).toString("utf8").split("\n");
    for (const [index, line] of lines.entries()) {
      if (line === "") continue;
      const parsed = schema.safeParse(JSON.parse(line));
      if (!parsed.success) throw corrupt(path, item.firstLine + index + 1);
      yield parsed.data;
    }
  }
}

function corrupt(path: string, line: number): Failure {
  return new Failure("check_failed", `${path} is corrupt: row ${line} was changed after it was written`, {
    hint: "remove the file and import the requests again",
  });
}

/** All measured requests of a range of days, by time and id, each id once. Days are UTC, inclusive. */
export async function measuredRequests(
  programmeDir: string,
  days: { from?: string | undefined; to?: string | undefined } = {},
): Promise<WatchedRequest[]> {
  const rows = new Map<string, WatchedRequest>();
  const [fromMs, toMs] = [startOf(days.from ?? "0000-01-01"), startOf(days.to ?? "9999-12-30") + 86_400_000];
  for (const part of await trafficParts(trafficFolder(programmeDir))) {
    if (part.to < (days.from ?? "") || part.from > (days.to ?? "9999")) continue;
    for await (const row of storedRows(part.signals, WatchedRequest)) {
      if (row.timeMs >= fromMs && row.timeMs < toMs && !rows.has(row.id)) rows.set(row.id, row);
    }
  }
  return [...rows.values()].toSorted((a, b) => a.timeMs - b.timeMs || (a.id < b.id ? -1 : 1));
}

function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** Texts of the requests with the given ids; absent if they are no longer kept. */
export async function textsOfRequests(
  programmeDir: string,
  ids: ReadonlySet<string>,
): Promise<Map<string, WatchedTexts>> {
  const found = new Map<string, WatchedTexts>();
  if (ids.size === 0) return found;
  for (const part of await trafficParts(trafficFolder(programmeDir))) {
    if (!part.hasTexts) continue;
    for await (const row of storedRows(part.texts, WatchedTexts)) if (ids.has(row.id)) found.set(row.id, row);
    if (found.size === ids.size) break;
  }
  return found;
}

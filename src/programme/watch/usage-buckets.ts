import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { findApiPrice } from "../../catalog/api-prices.ts";
import type { ApiPrice } from "../../domain/price.ts";
import { WatchedUsage } from "../../domain/watch-import.ts";
import { apiBlend } from "../../plan/compare/api-blend.ts";
import { dayOf } from "../../watch/batches.ts";
import { isOpenaiUsage, readOpenaiUsage } from "../traffic/openai-usage.ts";
import type { Fields, UsageRow } from "../traffic/usage-row.ts";
import { writePart } from "./store-part.ts";
import { storedRows, trafficFolder, usageParts } from "./traffic-folder.ts";

/** Why a row of a bucket of usage is not a request. */
export const SUMMED = "it sums the requests of a bucket: what one request cost is unknown";

/** The fields of a row, and the bucket around them. */
export type UsageFieldsOfRow = { fields: Fields; bucket?: Fields };

/** True for a row that sums the requests of a time bucket, and for an empty bucket. */
export function isUsageBucket({ fields, bucket }: UsageFieldsOfRow): boolean {
  return bucket !== undefined || isOpenaiUsage(fields);
}

/** Clock and prices for reading buckets. */
export type BucketReading = { nowMs: number; prices: readonly ApiPrice[] };

/** Fields by which an export of usage groups. */
const GROUPS = ["model", "project_id", "user_id", "api_key_id"] as const;

/** Further fields that tell rows of the same bucket apart. */
const KINDS = ["batch", "service_tier", "snapshot_id"] as const;

const DAY_MS = 86_400_000;

/** Reads a row of usage that sums requests. @returns the sum, or the reason why it is none, in words */
export function readBucket(
  { fields, bucket }: UsageFieldsOfRow,
  { nowMs, prices }: BucketReading,
): WatchedUsage | string {
  const read = readOpenaiUsage(fields, nowMs, bucket);
  if ("reason" in read) return read.reason;
  const { startMs, spanMs } = read;
  if (startMs === null || spanMs <= 0) return SUMMED;
  if (spanMs > DAY_MS) return "a bucket of more than a day: the days of its requests are unknown";
  if (startMs + spanMs > nowMs) return "its bucket has not ended: import it again when it has";
  if (read.kind === "row" && read.requests === null) return "it does not state how many requests it sums";
  const stated = (name: string): string | null => {
    const value = fields[name];
    return value === undefined || value === null || value === "" ? null : JSON.stringify(value);
  };
  const names = [...GROUPS, ...KINDS].map((name) => [name, stated(name)]);
  return {
    id: sha256(JSON.stringify([startMs, spanMs, names])).slice(0, 24),
    startMs: Math.round(startMs),
    spanMs: Math.round(spanMs),
    groupedBy: GROUPS.filter((name) => stated(name) !== null).join(","),
    ...(read.kind === "empty"
      ? { model: null, requests: 0, inputTokens: 0, outputTokens: 0, costUsd: null }
      : {
          model: read.model,
          requests: read.requests!,
          inputTokens: read.inputTokens,
          outputTokens: read.outputTokens,
          costUsd: costOf(read, prices),
        }),
  };
}

/** Decimals of a cost: a token may cost less than a millionth of a dollar. */
const DECIMALS = 12;

/** Cost at the prices of the day; null for a model without one. */
function costOf(row: UsageRow, prices: readonly ApiPrice[]): string | null {
  const { model, inputTokens, outputTokens, cachedTokens, cacheWriteTokens, isBatch } = row;
  if (model === null) return null;
  try {
    const { usdPerMonth } = apiBlend(findApiPrice(model, dayOf(row.startMs!), prices), {
      inputTokensPerMonth: inputTokens,
      outputTokensPerMonth: outputTokens,
      cachedInputShare: inputTokens === 0 ? 0 : (cachedTokens ?? 0) / inputTokens,
      cacheWriteShare: inputTokens === 0 ? 0 : (cacheWriteTokens ?? 0) / inputTokens,
      batchShare: isBatch ? 1 : 0,
    });
    return usdPerMonth.toFixed(DECIMALS).replace(/\.?0+$/, "");
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return null;
    throw error;
  }
}

/** The buckets of one file, and those that the store contains. */
export type HeldBuckets = {
  /** Adds a sum. @returns "new", "known" if it was stored before or is repeated, or the reason why it cannot be added */
  add: (usage: WatchedUsage) => string;
  /** Stores the sums of the file, completely or not at all. */
  store: () => Promise<void>;
  /** Number of stored sums. */
  stored: () => number;
};

/**
 * Sums of a programme's usage. Sums of one day must have one length and one grouping, because sums of days and of their
 * hours, or by model and by project, count the same requests twice.
 */
export async function heldBuckets(programmeDir: string): Promise<HeldBuckets> {
  const known = new Set<string>();
  const shapes = new Map<string, Set<string>>();
  const shapeOf = ({ spanMs, groupedBy }: WatchedUsage): string => `${spanMs} ${groupedBy}`;
  let held = new Map<string, WatchedUsage>();
  const keep = (usage: WatchedUsage): void => {
    known.add(usage.id);
    const day = dayOf(usage.startMs);
    shapes.set(day, (shapes.get(day) ?? new Set()).add(shapeOf(usage)));
  };
  for (const usage of await storedUsage(programmeDir)) keep(usage);
  return {
    add: (usage) => {
      if (known.has(usage.id) || held.has(usage.id)) return "known";
      const before = shapes.get(dayOf(usage.startMs));
      if (before !== undefined && usage.requests > 0 && !before.has(shapeOf(usage))) {
        return "usage of its day was imported in sums of another length or grouping: its requests would count twice";
      }
      held.set(usage.id, usage);
      return "new";
    },
    store: async () => {
      if (held.size === 0) return;
      await storeUsage(trafficFolder(programmeDir), [...held.values()]);
      for (const usage of held.values()) keep(usage);
      held = new Map();
    },
    stored: () => known.size,
  };
}

/** All stored sums of usage, by time. */
export async function storedUsage(programmeDir: string): Promise<WatchedUsage[]> {
  const rows: WatchedUsage[] = [];
  for (const { path } of await usageParts(trafficFolder(programmeDir))) {
    for await (const row of storedRows(path, WatchedUsage)) rows.push(row);
  }
  return rows.toSorted((a, b) => a.startMs - b.startMs || (a.id < b.id ? -1 : 1));
}

async function storeUsage(folder: string, rows: readonly WatchedUsage[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const days = rows.map(({ startMs }) => dayOf(startMs)).toSorted();
  const name = sha256(rows.map(({ id }) => id).join("\n")).slice(0, 16);
  await writePart(join(folder, `${days[0]}_${days.at(-1)}_${name}.usage.parquet`), rows);
}

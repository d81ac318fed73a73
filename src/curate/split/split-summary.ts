import { createHash } from "node:crypto";

import { canonicalJson } from "../../base/hash.ts";
import type { SplitOptions } from "../../domain/split.ts";
import type { CuratedRow, Summaries } from "../stage.ts";
import { nearRows, nearSketcher, SKETCH_BYTES } from "./near-rows.ts";
import { rowTime } from "./row-time.ts";

/** Bytes of a 64-bit hash; eight zero bytes represent none. */
export const HASH_BYTES = 8;

/**
 * Number of hashes of a row that precede those of its groups: content, near-duplicates, stratum; its time follows them.
 */
const FIXED = 4;

/** Data of the rows of all shards for a split, in order. Hashes are stored in the byte order of `DataView`. */
export type SplitRows = {
  count: number;
  /** Bytes of all records, concatenated. */
  records: DataView;
  /** Size of a record in bytes, and the end of its groups. */
  width: number;
  groupsEnd: number;
  /** Values of the stratification field, by their hash in hex. */
  values: ReadonlyMap<string, string>;
};

/** Offsets in a record, in bytes. */
export const AT = {
  content: 0,
  near: HASH_BYTES,
  stratum: 2 * HASH_BYTES,
  time: 3 * HASH_BYTES,
  groups: FIXED * HASH_BYTES,
};

/** Maximum characters shown of a stratum's value. */
const VALUE_CHARACTERS = 80;

/** The hash of a row without the stratification field, in hex. */
export const NO_STRATUM = Buffer.from(hashOf("stratum", "")).toString("hex");

/**
 * Data of the rows of a shard for a split: 170 bytes per row and 8 for each grouping field, then the distinct values of
 * the stratification field.
 */
export function splitSummary(rows: readonly CuratedRow[], options: SplitOptions): Uint8Array {
  const width = (FIXED + options.groupBy.length) * HASH_BYTES + SKETCH_BYTES;
  const records = new Uint8Array(4 + rows.length * width);
  const view = new DataView(records.buffer);
  view.setUint32(0, rows.length);
  const values = new Map<string, string>();
  const sketch = nearSketcher();
  for (const [index, { fields }] of rows.entries()) {
    const position = 4 + index * width;
    records.set(contentHash(fields), position + AT.content);
    const near = sketch(fields, options.fields);
    if (near !== undefined) records.set(near, position + width - SKETCH_BYTES);
    if (options.stratifyBy !== undefined) {
      const value = fieldValue(fields, options.stratifyBy);
      const text = value === undefined ? "(none)" : typeof value === "string" ? value : canonicalJson(value);
      const hash = hashOf("stratum", value === undefined ? "" : canonicalJson(value));
      records.set(hash, position + AT.stratum);
      values.set(Buffer.from(hash).toString("hex"), text.slice(0, VALUE_CHARACTERS));
    }
    const time = options.timeField === undefined ? undefined : rowTime(fieldValue(fields, options.timeField));
    view.setFloat64(position + AT.time, time ?? Number.NaN);
    for (const [group, name] of options.groupBy.entries()) {
      const value = fieldValue(fields, name);
      if (value !== undefined)
        records.set(hashOf(`group ${name}`, canonicalJson(value)), position + AT.groups + group * HASH_BYTES);
    }
  }
  return Buffer.concat([records, Buffer.from(JSON.stringify([...values]))]);
}

/** Combines the summaries of all shards, and finds the near-duplicates among them. */
export function splitRows(summaries: readonly Uint8Array[], options: SplitOptions): SplitRows {
  const rows = emptyRows(
    summaries.reduce((sum, summary) => sum + rowsOf(summary), 0),
    options,
  );
  let row = 0;
  for (const summary of summaries) row += putRows(rows, row, summary);
  return withNear(rows);
}

/** Like `splitRows`, for summaries that are read twice, one at a time: only one record per row is in memory. */
export async function readSplitRows({ count, load }: Summaries, options: SplitOptions): Promise<SplitRows> {
  let total = 0;
  for (let shard = 0; shard < count; shard++) total += rowsOf(await load(shard));
  const rows = emptyRows(total, options);
  let row = 0;
  for (let shard = 0; shard < count; shard++) row += putRows(rows, row, await load(shard));
  return withNear(rows);
}

type GatheredRows = SplitRows & { values: Map<string, string> };

function emptyRows(count: number, { groupBy }: SplitOptions): GatheredRows {
  const groupsEnd = (FIXED + groupBy.length) * HASH_BYTES;
  const width = groupsEnd + SKETCH_BYTES;
  return { count, records: new DataView(new ArrayBuffer(count * width)), width, groupsEnd, values: new Map() };
}

function rowsOf(summary: Uint8Array): number {
  return new DataView(summary.buffer, summary.byteOffset).getUint32(0);
}

/** Copies the records of a shard to the position of its first row; returns their number. */
function putRows({ records, width, values }: GatheredRows, firstRow: number, summary: Uint8Array): number {
  const count = rowsOf(summary);
  const end = 4 + count * width;
  new Uint8Array(records.buffer).set(summary.subarray(4, end), firstRow * width);
  const named = JSON.parse(Buffer.from(summary.subarray(end)).toString("utf8")) as [string, string][];
  for (const [hash, value] of named) values.set(hash, value);
  return count;
}

function withNear(rows: GatheredRows): SplitRows {
  const { count, records: view, width, groupsEnd } = rows;
  for (const [row, first] of nearRows({ count, records: view, width, at: groupsEnd }).entries()) {
    view.setUint32(row * width + AT.near + 4, first);
  }
  return rows;
}

/** The hash of a row's content, independent of its file and the order of its keys. */
export function contentHash(fields: Readonly<Record<string, unknown>>): Uint8Array {
  return hashOf("content", canonicalJson(fields));
}

/** Value of a field by its name, or by a path with dots; undefined if it is missing, null or blank. */
function fieldValue(fields: Readonly<Record<string, unknown>>, name: string): unknown {
  let value: unknown = fields[name];
  if (!(name in fields)) {
    value = fields;
    for (const part of name.split(".")) {
      value = value !== null && typeof value === "object" ? (value as Record<string, unknown>)[part] : undefined;
    }
  }
  return value === null || value === "" ? undefined : value;
}

function hashOf(kind: string, content: string): Uint8Array {
  return createHash("sha256").update(`${kind}\u0000${content}`).digest().subarray(0, HASH_BYTES);
}

import { createHash } from "node:crypto";

import { canonicalJson } from "../../base/hash.ts";
import type { SplitOptions } from "../../domain/split.ts";
import { rowName } from "../rows/row-name.ts";
import type { CuratedRow, Summaries } from "../stage.ts";
import { nearRows, nearSketcher, SKETCH_BYTES } from "./near-rows.ts";
import { rowTime } from "./row-time.ts";

/** Bytes of a 64-bit hash; eight zero bytes represent none. */
export const HASH_BYTES = 8;

/**
 * Number of fields of a row that precede the hashes of its groups: content, near-duplicates, stratum, time, and its
 * place (the number of its source, and its line).
 */
const FIXED = 5;

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
  /** Names of the sources, by the number in a record. */
  sources: readonly string[];
};

/** Offsets in a record, in bytes. */
export const AT = {
  content: 0,
  near: HASH_BYTES,
  stratum: 2 * HASH_BYTES,
  time: 3 * HASH_BYTES,
  place: 4 * HASH_BYTES,
  groups: FIXED * HASH_BYTES,
};

/** Maximum characters shown of a stratum's value. */
const VALUE_CHARACTERS = 80;

/** The hash of a row without the stratification field, in hex. */
export const NO_STRATUM = Buffer.from(hashOf("stratum", "")).toString("hex");

/**
 * Data of the rows of a shard for a split: 180 bytes per row and 8 for each grouping field, then the distinct values of
 * the stratification field, and the names of the sources.
 */
export function splitSummary(rows: readonly CuratedRow[], options: SplitOptions): Uint8Array {
  const width = (FIXED + options.groupBy.length) * HASH_BYTES + SKETCH_BYTES;
  const records = new Uint8Array(4 + rows.length * width);
  const view = new DataView(records.buffer);
  view.setUint32(0, rows.length);
  const values = new Map<string, string>();
  const sketch = nearSketcher();
  const sources = [...new Set(rows.map(({ source }) => source))];
  for (const [index, { fields, source, line }] of rows.entries()) {
    const position = 4 + index * width;
    records.set(contentHash(fields), position + AT.content);
    view.setUint32(position + AT.place, sources.indexOf(source));
    view.setUint32(position + AT.place + 4, line);
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
  return Buffer.concat([records, Buffer.from(JSON.stringify({ values: [...values], sources }))]);
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

type GatheredRows = SplitRows & { values: Map<string, string>; sources: string[] };

function emptyRows(count: number, { groupBy }: SplitOptions): GatheredRows {
  const groupsEnd = (FIXED + groupBy.length) * HASH_BYTES;
  const width = groupsEnd + SKETCH_BYTES;
  const records = new DataView(new ArrayBuffer(count * width));
  return { count, records, width, groupsEnd, values: new Map(), sources: [] };
}

function rowsOf(summary: Uint8Array): number {
  return new DataView(summary.buffer, summary.byteOffset).getUint32(0);
}

/** Copies the records of a shard to the position of its first row; returns their number. */
function putRows({ records, width, values, sources }: GatheredRows, firstRow: number, summary: Uint8Array): number {
  const count = rowsOf(summary);
  const end = 4 + count * width;
  new Uint8Array(records.buffer).set(summary.subarray(4, end), firstRow * width);
  const named = JSON.parse(Buffer.from(summary.subarray(end)).toString("utf8")) as {
    values: [string, string][];
    sources: string[];
  };
  for (const [hash, value] of named.values) values.set(hash, value);
  for (const name of named.sources) if (!sources.includes(name)) sources.push(name);
  const numbers = named.sources.map((name) => sources.indexOf(name));
  for (let row = firstRow; row < firstRow + count; row++) {
    const position = row * width + AT.place;
    records.setUint32(position, numbers[records.getUint32(position)]!);
  }
  return count;
}

function withNear(rows: GatheredRows): SplitRows {
  const { count, records: view, width, groupsEnd } = rows;
  for (const [row, first] of nearRows({ count, records: view, width, at: groupsEnd }).entries()) {
    view.setUint32(row * width + AT.near + 4, first);
  }
  return rows;
}

/** Line and source of a row, for findings. */
export function nameOfRow({ records, width, sources }: SplitRows, row: number): string {
  const position = row * width + AT.place;
  return rowName({ source: sources[records.getUint32(position)]!, line: records.getUint32(position + 4) });
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

import assert from "node:assert/strict";
import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";

import { columnsOf, crcOf, footerOf, readAt } from "./parquet-pages.ts";
import { type PlacedInteger, thriftInteger, thriftReader } from "./thrift-compact.ts";

/** Bytes that replace the range from `start` to before `end`. */
type Splice = { start: number; end: number; bytes: Buffer };

/** Bytes copied at once. */
const CHUNK_BYTES = 2 ** 20;

/** Maximum size of the header of a page written by DuckDB, which has no value statistics. */
const HEADER_BYTES = 2 ** 16;

/** Field header in Thrift's compact protocol: a 32-bit integer whose field number is one above the previous one. */
const NEXT_I32 = 0x15;

/**
 * Copies a Parquet file and adds the CRC-32 of each page to its header, which DuckDB does not write: readers that
 * verify checksums then detect every changed bit of a page. Headers become longer, so all offsets and sizes in the
 * footer are rewritten. Flushes the copy to disk.
 *
 * @source parquet.thrift of Apache Parquet 2.11: field 4 of PageHeader, offsets and sizes in RowGroup, ColumnChunk and
 * ColumnMetaData
 */
export async function addPageChecksums(from: string, to: string): Promise<void> {
  const source = await open(from, "r");
  try {
    const { size } = await source.stat();
    const footer = await footerOf(source, size);
    assert(footer !== undefined, "DuckDB wrote a footer");
    const splices = await headerSplices(source, size);
    const added = addedBytes(splices);
    const newFooter = spliced(footer, footerSplices(footer, added));
    const target = await open(to, "wx");
    try {
      await copy(source, target, { splices, end: size - 8 - footer.length });
      const length = Buffer.alloc(4);
      length.writeUInt32LE(newFooter.length);
      await target.write(Buffer.concat([newFooter, length, Buffer.from("PAR1")]));
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** The number of bytes added in a range of the file. */
type AddedBytes = (first: number, end: number) => number;

function addedBytes(splices: readonly Splice[]): AddedBytes {
  let total = 0;
  const totals = splices.map(({ start, end, bytes }) => (total += bytes.length - (end - start)));
  const before = (place: number): number => {
    let [low, high] = [0, splices.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (splices[middle]!.start < place) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : totals[low - 1]!;
  };
  return (first, end) => before(end) - before(first);
}

/** The checksum of each page, inserted after the field with its stored size. */
async function headerSplices(file: FileHandle, size: number): Promise<Splice[]> {
  const splices: Splice[] = [];
  const columns = await columnsOf(file, size);
  assert(columns !== undefined, "DuckDB wrote a footer");
  for (const { from, to } of columns) {
    for (let place = from; place < to;) {
      let stored: PlacedInteger | undefined;
      const header = await readAt(file, place, Math.min(HEADER_BYTES, to - place));
      const reader = thriftReader(header, (path, integer) => {
        if (path.length === 1 && path[0] === 3) stored = { ...integer };
      });
      assert(!reader.struct().has(4) && stored !== undefined, "a page without a checksum, but with a size");
      const body = place + reader.position();
      const end = reader.position() + stored.value;
      const isRead = end <= header.length; // a small page was read with its header
      const crc = isRead ? crc32(header.subarray(reader.position(), end)) : await crcOf(file, body, stored.value);
      const start = place + stored.end;
      const next = header[stored.end]! - 0x10; // a field number is stored relative to the previous one
      splices.push({ start, end: start + 1, bytes: Buffer.from([NEXT_I32, ...thriftInteger(crc | 0), next]) });
      place = body + stored.value;
    }
  }
  return splices.toSorted((a, b) => a.start - b.start);
}

/** New values of all offsets and sizes. */
function footerSplices(footer: Buffer, added: AddedBytes): Splice[] {
  const integers = new Map<string, PlacedInteger>();
  thriftReader(footer, (path, integer) => {
    if (path[0] === 4) integers.set(path.join("."), { ...integer });
  }).struct();
  const splices: Splice[] = [];
  const set = (key: string, valueOf: (value: number) => number): void => {
    const integer = integers.get(key);
    if (integer === undefined) return;
    splices.push({ start: integer.start, end: integer.end, bytes: thriftInteger(valueOf(integer.value)) });
  };
  const moved = (offset: number): number => offset + added(0, offset);
  for (let group = 0; integers.has(`4.${group}.3`); group++) {
    let inGroup = 0;
    for (let column = 0; integers.has(`4.${group}.1.${column}.3.9`); column++) {
      const chunk = `4.${group}.1.${column}`;
      assert(!integers.has(`${chunk}.4`) && !integers.has(`${chunk}.6`), "DuckDB writes no index of pages");
      const value = (field: number): number => integers.get(`${chunk}.3.${field}`)?.value ?? 0;
      const [data, dictionary] = [value(9), value(11)];
      const first = dictionary > 0 && dictionary < data ? dictionary : data;
      const more = added(first, first + value(7));
      inGroup += more;
      set(`${chunk}.2`, moved);
      for (const size of [6, 7]) set(`${chunk}.3.${size}`, (bytes) => bytes + more);
      for (const offset of [9, 10, 11, 14]) set(`${chunk}.3.${offset}`, moved);
    }
    for (const size of [2, 6]) set(`4.${group}.${size}`, (bytes) => bytes + inGroup);
    set(`4.${group}.5`, moved);
  }
  return splices.toSorted((a, b) => a.start - b.start);
}

function spliced(bytes: Buffer, splices: readonly Splice[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { start, end, bytes: inserted } of splices) {
    parts.push(bytes.subarray(from, start), inserted);
    from = end;
  }
  return Buffer.concat([...parts, bytes.subarray(from)]);
}

/**
 * Copies the file in sections, regardless of the number of pages. A splice replaces one byte, so no section cuts one in
 * two.
 */
async function copy(
  source: FileHandle,
  target: FileHandle,
  { splices, end }: { splices: readonly Splice[]; end: number },
): Promise<void> {
  let next = 0;
  for (let from = 0; from < end;) {
    const read = await readAt(source, from, Math.min(CHUNK_BYTES, end - from));
    const until = from + read.length;
    const parts: Buffer[] = [];
    let place = from;
    for (; next < splices.length && splices[next]!.start < until; next++) {
      const { start, end: last, bytes } = splices[next]!;
      parts.push(read.subarray(place - from, start - from), bytes);
      place = last;
    }
    await writeAll(target, Buffer.concat([...parts, read.subarray(place - from)]));
    from = until;
  }
}

/** A write may be partial. */
async function writeAll(target: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await target.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}

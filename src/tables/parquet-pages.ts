import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";

import { asReadFailure } from "../base/read-text.ts";
import { thriftReader, type ThriftStruct } from "./thrift-compact.ts";

/** Maximum size of a footer; a file with ten thousand columns and a thousand row groups has a smaller one. */
const MAX_FOOTER_BYTES = 2 ** 28;

/** Number of bytes read at once: the header of a page is smaller, unless it has long statistics. */
const CHUNK_BYTES = 2 ** 20;

/**
 * Compares the pages of a Parquet file with their checksums, if it has any: DuckDB does not. Reads the file once; of a
 * file without checksums only its first page.
 *
 * @source parquet.thrift of Apache Parquet 2.11: FileMetaData, ColumnMetaData, PageHeader; `crc` is the CRC-32 of a
 * page as it is stored, without its header
 * @returns the problem, or undefined; a footer that cannot be read is left to the reader of the rows
 */
export async function pageProblem(path: string): Promise<string | undefined> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw asReadFailure(error, path);
  });
  try {
    const { size } = await file.stat();
    const columns = await columnsOf(file, size);
    if (columns === undefined) return undefined;
    for (const [index, column] of columns.entries()) {
      const found = await checkColumn(file, column);
      if (found === "none" && index === 0) return undefined; // a writer adds checksums to all pages or to none
      if (found !== "none" && found !== "whole") return found.problem;
    }
    return undefined;
  } catch (error) {
    throw asReadFailure(error, path);
  } finally {
    await file.close();
  }
}

/** Positions of the pages of a column in a row group. */
export type ColumnPlace = { name: string; from: number; to: number };

/** The bytes of the footer; undefined if the file has none. */
export async function footerOf(file: FileHandle, size: number): Promise<Buffer | undefined> {
  if (size < 12) return undefined;
  const tail = await readAt(file, size - 8, 8);
  const length = tail.readUInt32LE(0);
  if (tail.toString("latin1", 4) !== "PAR1" || length > Math.min(size - 12, MAX_FOOTER_BYTES)) return undefined;
  return readAt(file, size - 8 - length, length);
}

/** Positions of all columns; undefined if the footer cannot be read. */
export async function columnsOf(file: FileHandle, size: number): Promise<ColumnPlace[] | undefined> {
  const bytes = await footerOf(file, size);
  if (bytes === undefined) return undefined;
  const length = bytes.length;
  try {
    const footer = thriftReader(bytes).struct();
    return listOf(footer, 4).flatMap((group) =>
      listOf(group, 1).map((chunk) => {
        const column = chunk.get(3) as ThriftStruct;
        const data = Number(column.get(9));
        const dictionary = Number(column.get(11) ?? 0);
        const from = dictionary > 0 && dictionary < data ? dictionary : data;
        const to = from + Number(column.get(7));
        if (!(from >= 4 && to <= size - 8 - length)) throw new RangeError("a column is outside the file");
        return { name: (column.get(3) as unknown[]).map(String).join("."), from, to };
      }),
    );
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function listOf(struct: ThriftStruct, field: number): ThriftStruct[] {
  return struct.get(field) as ThriftStruct[];
}

type Found = "none" | "whole" | { problem: string };

/** Checks the pages of a column. */
async function checkColumn(file: FileHandle, { name, from, to }: ColumnPlace): Promise<Found> {
  let found: Found = "none";
  for (let place = from; place < to;) {
    let page: { header: ThriftStruct; bytes: number };
    try {
      const reader = thriftReader(await readAt(file, place, Math.min(CHUNK_BYTES, to - place)));
      page = { header: reader.struct(), bytes: reader.position() };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return found === "none" ? found : { problem: `a page of column "${name}" cannot be read` };
    }
    const length = Number(page.header.get(3));
    const start = place + page.bytes;
    if (!(length >= 0 && start + length <= to)) {
      return found === "none" ? found : { problem: `a page of column "${name}" is longer than its column` };
    }
    const expected = page.header.get(4);
    if (expected !== undefined) {
      found = "whole";
      if ((await crcOf(file, start, length)) !== Number(expected) >>> 0) {
        return { problem: `a page of column "${name}" at byte ${start} is corrupt: checksum mismatch` };
      }
    } else if (found === "none") return found;
    place = start + length;
  }
  return found;
}

/** CRC-32 of a range of a file. */
export async function crcOf(file: FileHandle, start: number, length: number): Promise<number> {
  let crc = 0;
  for (let done = 0; done < length; done += CHUNK_BYTES) {
    crc = crc32(await readAt(file, start + done, Math.min(CHUNK_BYTES, length - done)), crc);
  }
  return crc >>> 0;
}

/** Reads exactly this many bytes, or fewer at the end of the file. */
export async function readAt(file: FileHandle, place: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, place);
  return buffer.subarray(0, bytesRead);
}

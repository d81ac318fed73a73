import type { ReadLimits } from "./limits.ts";
import { type RowItem, tooLong } from "./row-block.ts";

const LF = 10;

/**
 * Splits a stream of bytes into blocks of complete lines. A line beyond the limit is skipped without being held in
 * memory, and reported by its number. The result does not depend on the size of the chunks. DuckDB's reader is not used
 * because it does not report the line of a valid row, and stops at or drops a row that it cannot parse. On the same 176
 * MB and two busy cores, it read 150 to 170 MB/s with two threads, and this reader, which only moves bytes, 490 to 690.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  { lineBytes }: Pick<ReadLimits, "lineBytes">,
): AsyncGenerator<RowItem> {
  let carry: Uint8Array[] = [];
  let carryBytes = 0;
  let isSkipping = false;
  let line = 0;
  for await (const chunk of chunks) {
    let start = 0;
    if (isSkipping) {
      const end = chunk.indexOf(LF);
      carryBytes += end === -1 ? chunk.length : end;
      if (end === -1) continue;
      yield tooLong(line + 1, carryBytes, lineBytes);
      line += 1;
      isSkipping = false;
      carryBytes = 0;
      start = end + 1;
    }
    const end = chunk.lastIndexOf(LF) + 1;
    if (end > start) {
      const bytes = join(carry, carryBytes, chunk.subarray(start, end));
      yield { kind: "rows", bytes, firstLine: line, lineNumbers: undefined };
      line += countLines(bytes);
      carry = [];
      carryBytes = 0;
    }
    const rest = chunk.subarray(Math.max(start, end));
    carryBytes += rest.length;
    if (carryBytes > lineBytes) {
      isSkipping = true;
      carry = [];
    } else if (rest.length > 0) carry.push(Uint8Array.from(rest));
  }
  if (isSkipping) yield tooLong(line + 1, carryBytes, lineBytes);
  else if (carryBytes > 0) {
    yield { kind: "rows", bytes: join(carry, carryBytes), firstLine: line, lineNumbers: undefined };
  }
}

function join(carry: readonly Uint8Array[], carryBytes: number, last?: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(carryBytes + (last?.length ?? 0));
  let offset = 0;
  for (const part of carry) {
    bytes.set(part, offset);
    offset += part.length;
  }
  if (last) bytes.set(last, offset);
  return bytes;
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let index = bytes.indexOf(LF); index !== -1; index = bytes.indexOf(LF, index + 1)) count += 1;
  return count;
}

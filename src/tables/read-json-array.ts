import { Failure } from "../base/failure.ts";
import { blockBuilder } from "./block-builder.ts";
import type { ReadLimits } from "./limits.ts";
import { type BadRow, type RowItem, tooLong } from "./row-block.ts";

/** Bytes of the structural characters of JSON. */
const [TAB, LF, CR, SPACE, QUOTE, COMMA] = [9, 10, 13, 32, 34, 44] as const;
const [OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 92, 93, 123, 125] as const;

/**
 * Reads the elements of one JSON array as rows, streaming. An element extends to the next comma outside brackets and
 * strings, and may span lines; its number is the line on which it starts. The caller parses the elements: one that is
 * not valid JSON is one bad row and does not end the reading.
 *
 * @throws Failure bad_input if the array is not closed (a truncated file), or there is text before or after it
 */
export async function* readJsonArray(
  chunks: AsyncIterable<Uint8Array>,
  { path, lineBytes }: Pick<ReadLimits, "lineBytes"> & { path: string },
): AsyncGenerator<RowItem> {
  const block = blockBuilder();
  const element = elementBuffer(lineBytes);
  const lines = lineCounter();
  let state = "before" as "before" | "inside" | "after";
  let [elementLine, count, depth, inString, escaped] = [0, 0, 0, false, false];
  for await (const chunk of chunks) {
    let from = 0;
    for (let index = 0; index < chunk.length; index++) {
      if (escaped) {
        escaped = false;
        continue;
      }
      if (inString) {
        // Most bytes are inside strings, which are skipped as a whole.
        const end = stringEnd(chunk, index);
        inString = end === -1;
        if (inString) escaped = isEscaped(chunk, { from: index, at: chunk.length });
        if (inString) break;
        index = end;
        continue;
      }
      const byte = chunk[index]!;
      if (byte === SPACE || byte === LF || byte === CR || byte === TAB) continue;
      if (state !== "inside") {
        if (state === "after" || byte !== OPEN_LIST) throw outsideArray(path, lines.at(chunk, index), state);
        state = "inside";
        from = index + 1;
        continue;
      }
      if (elementLine === 0) elementLine = lines.at(chunk, index);
      if (byte === QUOTE) inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
      else if (depth > 0 && (byte === CLOSE_OBJECT || byte === CLOSE_LIST)) depth -= 1;
      else if (depth === 0 && (byte === COMMA || byte === CLOSE_LIST)) {
        element.append(chunk.subarray(from, index));
        const taken = element.take(elementLine);
        const isEmptyArray = count === 0 && byte === CLOSE_LIST && "isBlank" in taken && taken.isBlank;
        if ("kind" in taken) {
          yield* block.take();
          yield taken;
        } else if (!taken.isBlank) block.add(taken.bytes, elementLine);
        else if (!isEmptyArray) {
          yield* block.take();
          yield {
            kind: "bad-row",
            finding: "broken",
            line: elementLine,
            detail: "there is nothing between two commas",
          };
        }
        if (block.isFull()) yield* block.take();
        [elementLine, from] = [0, index + 1];
        count += 1;
        if (byte === CLOSE_LIST) state = "after";
      }
    }
    if (state === "inside") element.append(chunk.subarray(from));
    lines.endChunk(chunk);
  }
  yield* block.take();
  if (state !== "after") throw notClosed(path, elementLine === 0 ? lines.at(new Uint8Array(), 0) : elementLine);
}

function notClosed(path: string, line: number): Failure {
  return new Failure("bad_input", `${path}: the array is not closed after the element of line ${line}`, {
    hint: "the file may be truncated",
  });
}

/** Offset of the quote that closes an open string, or -1 if it is not in this chunk. */
function stringEnd(chunk: Uint8Array, from: number): number {
  let end = chunk.indexOf(QUOTE, from);
  while (end !== -1 && isEscaped(chunk, { from, at: end })) end = chunk.indexOf(QUOTE, end + 1);
  return end;
}

/** True if an odd number of backslashes precedes an offset. */
function isEscaped(chunk: Uint8Array, { from, at: index }: { from: number; at: number }): boolean {
  let start = index;
  while (start > from && chunk[start - 1] === BACKSLASH) start -= 1;
  return (index - start) % 2 === 1;
}

/** Counts lines up to positions that are requested in order. */
function lineCounter(): { at: (chunk: Uint8Array, place: number) => number; endChunk: (chunk: Uint8Array) => void } {
  let [line, counted] = [1, 0];
  const countTo = (chunk: Uint8Array, place: number): number => {
    for (let next = chunk.indexOf(LF, counted); next !== -1 && next < place; next = chunk.indexOf(LF, counted)) {
      line += 1;
      counted = next + 1;
    }
    return line;
  };
  return {
    at: countTo,
    endChunk: (chunk) => {
      countTo(chunk, chunk.length);
      counted = 0;
    },
  };
}

/** Bytes of one element, which are not stored beyond the limit. */
function elementBuffer(lineBytes: number): {
  append: (part: Uint8Array) => void;
  take: (line: number) => BadRow | { bytes: Uint8Array; isBlank: boolean };
} {
  let parts: Uint8Array[] = [];
  let size = 0;
  return {
    append: (part) => {
      size += part.length;
      if (size > lineBytes) parts = [];
      else parts.push(Uint8Array.from(part));
    },
    take: (line) => {
      const [whole, bytes] = [size, Buffer.concat(parts)];
      [parts, size] = [[], 0];
      if (whole > lineBytes) return tooLong(line, whole, lineBytes);
      // A line break becomes a tab, which JSON allows in the same places, so that each row is one line.
      for (let index = bytes.indexOf(LF); index !== -1; index = bytes.indexOf(LF, index + 1)) bytes[index] = TAB;
      return { bytes, isBlank: bytes.every((byte) => byte === SPACE || byte === TAB || byte === CR) };
    },
  };
}

function outsideArray(path: string, line: number, state: "before" | "after"): Failure {
  return new Failure("bad_input", `${path}, line ${line}: there is text ${state} the array`, {
    hint: "a .json file must contain one array of objects, or one object per line",
  });
}

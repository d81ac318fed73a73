import { Failure } from "../base/failure.ts";
import { blockBuilder } from "./block-builder.ts";
import type { ReadLimits } from "./limits.ts";
import { type BadRow, type RowItem, tooLong } from "./row-block.ts";

/** Bytes of the characters that part JSON. */
const [TAB, LF, CR, SPACE, QUOTE, COMMA] = [9, 10, 13, 32, 34, 44] as const;
const [OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 92, 93, 123, 125] as const;

/**
 * Reads the elements of one JSON array as rows, streaming. An element goes up to the next comma outside of brackets and
 * strings, and may spread over lines; its number is the line on which it starts. What such a stretch holds is for the
 * caller to parse: an element that is not JSON is one bad row, not the end of the reading.
 *
 * @throws Failure bad_input where the array is not closed (a truncated file), or something stands before or after it
 */
export async function* readJsonArray(
  chunks: AsyncIterable<Uint8Array>,
  { path, lineBytes }: Pick<ReadLimits, "lineBytes"> & { path: string },
): AsyncGenerator<RowItem> {
  const block = blockBuilder();
  const element = elementBuffer(lineBytes);
  let state = "before" as "before" | "inside" | "after";
  let [line, elementLine, count, depth, inString, escaped] = [1, 0, 0, 0, false, false];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === LF) line += 1;
      const isSpace = byte === SPACE || byte === LF || byte === CR || byte === TAB;
      if (state !== "inside") {
        if (isSpace) continue;
        if (state === "after" || byte !== OPEN_LIST) throw outsideArray(path, line, state);
        state = "inside";
        from = at + 1;
        continue;
      }
      if (elementLine === 0 && !isSpace) elementLine = line;
      if (escaped) escaped = false;
      else if (inString) {
        if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
      else if (depth > 0 && (byte === CLOSE_OBJECT || byte === CLOSE_LIST)) depth -= 1;
      else if (depth === 0 && (byte === COMMA || byte === CLOSE_LIST)) {
        element.append(chunk.subarray(from, at));
        const taken = element.take(elementLine);
        const isEmptyArray = count === 0 && byte === CLOSE_LIST && "isBlank" in taken && taken.isBlank;
        if ("kind" in taken) {
          yield* block.take();
          yield taken;
        } else if (!taken.isBlank) block.add(taken.bytes, elementLine);
        else if (!isEmptyArray) {
          yield* block.take();
          yield { kind: "bad-row", finding: "broken", line, detail: "there is nothing between two commas" };
        }
        if (block.isFull()) yield* block.take();
        [elementLine, from] = [0, at + 1];
        count += 1;
        if (byte === CLOSE_LIST) state = "after";
      }
    }
    if (state === "inside") element.append(chunk.subarray(from));
  }
  yield* block.take();
  if (state !== "after") {
    const where = elementLine === 0 ? line : elementLine;
    throw new Failure("bad_input", `${path}: the array is not closed after the element of line ${where}`, {
      hint: "the file may be truncated",
    });
  }
}

/** Bytes of one element as they come in, none kept beyond the limit. */
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
      // A line break becomes a tab, which JSON allows and forbids in the same places, so that a row is a line.
      for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) bytes[at] = TAB;
      return { bytes, isBlank: bytes.every((byte) => byte === SPACE || byte === TAB || byte === CR) };
    },
  };
}

function outsideArray(path: string, line: number, state: "before" | "after"): Failure {
  return new Failure("bad_input", `${path}, line ${line}: there is text ${state} the array`, {
    hint: "a .json file holds one array of objects, or one object per line",
  });
}
